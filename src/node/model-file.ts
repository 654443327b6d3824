import { readFile } from "node:fs/promises";
import { type Model } from "chainrule";
import { decodeModel, encodeModel } from "chainrule/formats";
import { cannot, writeFileSafely } from "./safe-write.js";

/**
 * Saves a model as a `.safetensors` file, crash-safely: the path holds the old model or the new one, never a part of one.
 *
 * @throws ChainruleError `E_ENVIRONMENT` where the system refuses; what was there stays
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { saveModel } from "chainrule/node";
 *
 * const { model } = await train(iris(), { epochs: 5 }).result;
 * await saveModel("iris.safetensors", model);
 * ```
 */
export function saveModel(path: string, model: Model): Promise<void> {
  return Promise.resolve().then(() => {
    writeFileSafely(path, encodeModel(model));
  });
}

/**
 * Loads a model that `saveModel` or the command line wrote, or any earlier version of them.
 *
 * @throws ChainruleError `E_DATA` where there is no such file, `E_ENVIRONMENT` where it cannot be read, `E_CORRUPT` where it is not a whole model
 * @example
 * ```ts
 * import { predict, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { loadModel, saveModel } from "chainrule/node";
 *
 * await saveModel("flowers.safetensors", (await train(iris(), { epochs: 20 }).result).model);
 * console.log(predict(await loadModel("flowers.safetensors"), [5.1, 3.5, 1.4, 0.2]));
 * ```
 */
export async function loadModel(path: string): Promise<Model> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw cannot("read", path, error);
  });
  return decodeModel(bytes, path);
}
