// The entry `chainrule/export`: a trained model as one module without dependencies.
export { exportModule, type ModuleOptions } from "./export/export-module.js";
export { MODULE_LANGUAGES, type ModuleLanguage } from "./export/text.js";
