import { type EntityKind, rootField } from '@broadstreet-sync/domain';

/** What a list of a kind is limited to by the network that was chosen for every page. */
export function networkFilter(kind: EntityKind, network: number | null): Record<string, string> {
  return network === null ? {} : { [rootField(kind)]: String(network) };
}
