/** A file that can be saved. */
export interface SavedFile {
  readonly title: string;
  readonly about: string;
  readonly ending: string;
  readonly type: string;
  readonly content: () => BlobPart | Promise<BlobPart>;
}
