/** Training and scoring speed of whole networks, beside libtorch's. Nothing else needs this. */
package io.sparknn.benchmark;
