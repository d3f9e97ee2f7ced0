import { type EntityKind, parentField, rootKind } from '@broadstreet-sync/domain';

/** What a list of a kind is limited to by the network that was chosen for every page. */
export function networkFilter(kind: EntityKind, network: number | null): Record<string, string> {
  if (network === null) return {};
  return { [kind.lineage === undefined ? 'id' : parentField(rootKind.name)]: String(network) };
}
