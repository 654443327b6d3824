// The entry `chainrule/node`: what needs a file system.
export { type FileSystem } from "./file-system.js";
export { folderCheckpoints } from "./folder-checkpoints.js";
export { readIdxFolder } from "./idx-folder.js";
export { loadModel, saveModel } from "./model-file.js";
export { writeFileSafely } from "./safe-write.js";
