# shellcheck shell=bash
# Sourced by the scripts that fetch data: where to put it, and how to get a package of npm or Debian. What is fetched
# is unpacked in a folder aside, $aside, so that no half of it is ever in its place.

# shellcheck source=scripts/common.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

# default "$@": sets dir, the folder that the script's argument names, or the default below data/.
choose_dir() {
  local default=$1
  shift
  case ${1:-} in
    -h | --help)
      print_help
      exit
      ;;
    -*) die "there is no option $1: --help explains the use." ;;
  esac
  (($# <= 1)) || die "it takes one argument, the folder, but got $#."
  dir=${1:-$SPARK_NN_HOME/data/$default}
}

sha256() {
  if command -v sha256sum >/dev/null; then
    sha256sum "$@"
  else
    shasum -a 256 "$@"
  fi
}

# folder checksums: whether the files that the lines of checksums name are in the folder and right.
are_right() {
  [[ -d $1 ]] && (cd "$1" && sha256 --check --status <<<"$2" 2>/dev/null)
}

# Sets aside, a new folder within $dir that goes when the script ends.
open_aside() {
  mkdir -p "$dir" || die "the folder $dir cannot be made."
  aside=$(mktemp -d "$dir/.fetch.XXXXXX") || die "the folder $dir cannot be written to."
  trap 'rm -rf "$aside"' EXIT
}

# package by_hand member...: unpacks members of an npm package into $aside. by_hand says what to do without npm.
fetch_npm() {
  local package=$1 by_hand=$2
  shift 2
  command -v npm >/dev/null || die "$package comes through npm, which is not installed: install npm, or $by_hand."
  npm pack "$package" --loglevel=error --pack-destination "$aside" >/dev/null ||
    die "npm could not fetch $package (its message is above): try again, or $by_hand."
  tar -xzf "$aside"/*.tgz --no-same-owner --no-same-permissions -C "$aside" "$@" ||
    die "what npm fetched is not the expected package: try again, or $by_hand."
}

# path sha256 member...: unpacks members of a Debian package into $aside. path is the package's below the mirror's
# pool; the package itself may lie in $dir already.
fetch_debian() {
  local deb=${1##*/} url=${DEBIAN_MIRROR:-http://deb.debian.org/debian}/pool/$1 package_sum="$2  ${1##*/}"
  shift 2
  local by_hand="try again, set DEBIAN_MIRROR to another mirror, or put $deb into $dir by hand"
  if are_right "$dir" "$package_sum"; then
    mv "$dir/$deb" "$aside"
  elif command -v curl >/dev/null; then
    curl --fail --silent --show-error --location --output "$aside/$deb" "$url" ||
      die "curl could not fetch $url (its message is above): $by_hand."
  elif command -v wget >/dev/null; then
    wget --no-verbose --output-document="$aside/$deb" "$url" ||
      die "wget could not fetch $url (its message is above): $by_hand."
  else
    die "there is neither curl nor wget: install one of them, or put $deb into $dir by hand."
  fi
  are_right "$aside" "$package_sum" ||
    die "what came from $url has another checksum than $deb: nothing was put into $dir."
  # A Debian package is an archive of ar that holds an archive of tar.
  if command -v dpkg-deb >/dev/null; then
    dpkg-deb --fsys-tarfile "$aside/$deb" >"$aside/data.tar"
  elif command -v ar >/dev/null && command -v xz >/dev/null; then
    ar p "$aside/$deb" data.tar.xz | xz --decompress >"$aside/data.tar"
  else
    die "the package cannot be unpacked: install ar (binutils) and xz."
  fi
  tar -xf "$aside/data.tar" --no-same-owner --no-same-permissions -C "$aside" "$@" ||
    die "the package could not be unpacked (the message is above)."
}
