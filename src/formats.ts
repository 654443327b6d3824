// The entry `chainrule/formats`: files as bytes, in a page as in a program. `chainrule/node` reads and writes them.

export { type IdxArray, readIdx } from "./data/idx.js";
export { decodeModel, encodeModel } from "./formats/model-file.js";
export { decodeSafetensors, encodeSafetensors, type SafetensorsFile, type Tensor } from "./formats/safetensors.js";
