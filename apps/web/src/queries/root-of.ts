/** The part of a query that limits it to the network that was chosen for every page. */
export function rootOf(network: number | null): { root?: string } {
  return network === null ? {} : { root: String(network) };
}
