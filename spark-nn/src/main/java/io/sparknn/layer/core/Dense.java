package io.sparknn.layer.core;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.BiasActivation;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Product;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.SparseMatrix;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Fully connected layer: {@code y = activation(x kernel + bias)}, along the last axis.
 *
 * <p>Input {@code (..., in)}, output {@code (..., units)}. Weights: {@code kernel (in, units)},
 * {@code bias (units)}. Vectors that are mostly 0 are multiplied element by element, and the
 * kernel's gradient then has the rows only that they touch: the same but for rounding.
 */
public record Dense(
    int units,
    ActivationFunction activation,
    boolean useBias,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer {

  private static final int KERNEL = 0;
  private static final int BIAS = 1;

  public Dense {
    Inputs.checkPositive("units", units);
  }

  /** A layer with bias and the default initialisers: Glorot uniform and zeros. */
  public Dense(int units, ActivationFunction activation) {
    this(units, activation, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Inputs.features(inputs);
    return Inputs.one(inputs).with(-1, units);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    Shape kernel = Shape.of(Inputs.features(inputs), units);
    return Weight.kernelAndBias(kernel, kernelInitializer, useBias, biasInitializer);
  }

  @Override
  public boolean readsSparse() {
    return true;
  }

  @Override
  public ActivationFunction outputActivation(ActivationFunction input) {
    return activation;
  }

  @Override
  public void forward(Pass pass) {
    BiasActivation end = end();
    SparseMatrix sparse = pass.sparseInput(0);
    if (sparse != null) {
      sparse.multiply(pass.weight(KERNEL), end.start(pass), end.product(pass));
    } else {
      pass.plan(Dense::product).multiply(pass, pass.input(), end.start(pass), end.product(pass));
    }
    end.activate(pass);
  }

  @Override
  public void backward(Pass pass) {
    Tensor gradient = end().backward(pass);
    SparseMatrix sparse = pass.sparseInput(0);
    if (pass.wantsWeightGradient(KERNEL) && sparse != null) {
      sparse.addTransposedProduct(gradient, pass.tableGradient(KERNEL));
    } else if (pass.wantsWeightGradient(KERNEL)) {
      Maths.multiply(pass.input(), true, gradient, false, pass.weightGradient(KERNEL), 1);
    }
    if (pass.wantsInputGradient(0)) {
      Maths.multiply(gradient, false, pass.weight(KERNEL), true, pass.inputGradient(), 0);
    }
  }

  private static Product product(Pass pass) {
    return new Product(pass, KERNEL, pass.input().rows(), 0);
  }

  private BiasActivation end() {
    return new BiasActivation(activation, useBias ? BIAS : BiasActivation.NONE);
  }
}
