/** A plugin that looks where imports lead once all of them are known, and the modules that are reached from each start without a later `import()`. */
export function createReach(starts) {
  const reached = Object.fromEntries(Object.keys(starts).map((name) => [name, new Set()]));
  const plugin = {
    name: "reach",
    buildEnd() {
      const visit = (id, into) => {
        if (into.has(id)) return;
        into.add(id);
        this.getModuleInfo(id)?.importedIds.forEach((imported) => visit(imported, into));
      };
      for (const [name, id] of Object.entries(starts)) visit(id, reached[name]);
    },
  };
  return { plugin, reached };
}
