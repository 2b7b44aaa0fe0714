/**
 * The params of stages, each a small interface of default methods; may import the enums and records
 * that params name, and must not know stages.
 */
package io.sparknn.ml.param;
