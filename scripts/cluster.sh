# shellcheck shell=bash
# Sourced by start-cluster and stop-cluster: the daemons they started, and how to stop them.

# shellcheck disable=SC2154 # common.sh sets it
readonly cluster_dir=$target/cluster
readonly cluster_marker=-Dspark.nn.cluster=${cluster_dir// /_}

# Prints "name:pid" of each daemon that runs. A process id may belong to another process by now, so its command line
# must be of our making.
running_daemons() {
  local file pid
  for file in "$cluster_dir"/pids/*; do
    [[ -f $file ]] || continue
    pid=$(<"$file")
    if [[ $pid =~ ^[0-9]+$ ]] && command_line "$pid" | grep -qF -e "$cluster_marker"; then
      echo "${file##*/}:$pid"
    fi
  done
}

command_line() {
  if [[ -r /proc/$1/cmdline ]]; then
    tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null || true
  else
    ps -o args= -p "$1" 2>/dev/null || true
  fi
}

# Workers take their executors with them when they end in good order, so they get the time for it.
stop_daemons() {
  local daemon deadline=$((SECONDS + 20))
  for daemon in $(running_daemons); do
    kill "${daemon##*:}" 2>/dev/null || true
  done
  while [[ -n $(running_daemons) ]]; do
    if ((SECONDS >= deadline)); then
      for daemon in $(running_daemons); do
        kill -9 "${daemon##*:}" 2>/dev/null || true
      done
      break
    fi
    sleep 0.2
  done
  rm -rf "$cluster_dir/pids"
}
