/**
 * Programs that show the library at work, each a subcommand of {@link io.sparknn.examples.Main}.
 */
package io.sparknn.examples;
