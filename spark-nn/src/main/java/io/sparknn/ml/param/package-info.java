/** The params of stages, each a small interface of default methods. */
package io.sparknn.ml.param;
