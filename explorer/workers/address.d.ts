declare module "worker-chunk:*" {
  /** The address of the chunk. */
  const address: string;
  export default address;
}
