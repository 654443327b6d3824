const PREFIX = "worker-chunk:";

/**
 * `import address from "worker-chunk:./worker.js"` gives the address of that module, built as a chunk that shares all others with the page: what
 * page and worker both need is in the build once.
 */
export function workerChunks() {
  let isServed = false;
  return {
    name: "worker-chunks",
    enforce: "pre",
    configResolved({ command }) {
      isServed = command === "serve";
    },
    async resolveId(id, importer) {
      if (!id.startsWith(PREFIX)) return undefined;
      const found = await this.resolve(id.slice(PREFIX.length), importer);
      return `\0${PREFIX}${found.id}`;
    },
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const path = id.slice(PREFIX.length + 1);
      if (isServed) return `export default ${JSON.stringify(`/@fs${path}`)};`;
      return `export default import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: "chunk", id: path, preserveSignature: "strict" })};`;
    },
  };
}
