import { type IdxArray, readIdx } from "chainrule/formats";
import { attempt, isOpen, pending, type PendingTable } from "./open-state.js";
import { kindOf, unpacked } from "./file-kind.js";

/** Files by what is in them. */
interface Sorted {
  readonly models: { readonly name: string; readonly bytes: Uint8Array }[];
  readonly networks: { readonly name: string; readonly text: string }[];
  readonly tables: { readonly name: string; readonly bytes: Uint8Array }[];
  readonly arrays: { readonly name: string; readonly array: IdxArray }[];
}

/** Opens what was chosen or dropped together. The dialog says what is wrong with it, and then nothing has changed. */
export async function openFiles(files: readonly File[]): Promise<void> {
  isOpen.value = true;
  const names = files.map(({ name }) => name).join(", ");
  await attempt(`Reading ${names}`, async () => {
    pending.value = undefined;
    const { models, networks, tables, arrays } = await sorted(files);
    if (models.length + networks.length > 1) throw new Error("One network at a time: open each by itself, or one with its data.");
    if (tables.length > 1) throw new Error("One table at a time.");
    if (tables.length > 0 && arrays.length > 0) throw new Error("Rows from a table or from IDX files, not from both.");
    const [model, network, table] = [models[0], networks[0], tables[0]];
    const dataset = arrays.length === 0 ? undefined : (await import("./idx-data.js")).pairUp(arrays);
    if (model !== undefined) {
      const { openModel, readModel } = await import("./open-model.js");
      const read = readModel(model.bytes, model.name);
      if (table !== undefined) pending.value = { ...table, model: read, Wizard: await wizard() };
      else await openModel(read, model.name, dataset);
    } else if (network !== undefined) {
      const { openNetwork, readNetwork } = await import("./open-network.js");
      const read = readNetwork(network.text, network.name);
      if (table !== undefined) pending.value = { ...table, network: read, Wizard: await wizard() };
      else await openNetwork(read, dataset);
    } else if (table !== undefined) pending.value = { ...table, Wizard: await wizard() };
    else await (await import("./open-idx.js")).openIdx(dataset!);
  });
}

const wizard = async (): Promise<PendingTable["Wizard"]> => (await import("./table-wizard.js")).TableWizard;

async function sorted(files: readonly File[]): Promise<Sorted> {
  const found: Sorted = { models: [], networks: [], tables: [], arrays: [] };
  for (const file of files) {
    const { name, bytes } = await unpacked(file);
    const kind = kindOf(name, bytes);
    if (kind === "model") found.models.push({ name, bytes });
    else if (kind === "idx") found.arrays.push({ name, array: readIdx(bytes, name) });
    else if (kind === "table") found.tables.push({ name, bytes });
    else found.networks.push({ name, text: new TextDecoder().decode(bytes) });
  }
  return found;
}
