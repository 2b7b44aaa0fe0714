/** Arrays with shapes and the kernels that compute on them; knows no other package of spark-nn. */
package io.sparknn.tensor;
