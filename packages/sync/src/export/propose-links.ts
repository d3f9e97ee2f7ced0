import { compareFields, type EntityKind, type LinkProposal, normaliseName } from '@broadstreet-sync/domain';
import type { ProductionDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { nameOf, type TakenNames } from './plan-names.ts';
import { type Candidate, wishedName } from './prepare.ts';

/** A candidate with what exists remotely and could be it. */
export interface Proposed extends Candidate {
  readonly proposals: readonly LinkProposal[];
  /** Key of the one that it is taken to be. */
  readonly link: string | null;
}

/** Remote entities that no local one has become yet, beside a candidate's own fields. Pure. */
function proposalsOf(kind: EntityKind, { payload }: Candidate, remote: readonly ProductionDocument[]): LinkProposal[] {
  return remote
    .filter(({ sync }) => sync.original_local_id === undefined)
    .map((entity) => {
      const differs = compareFields(kind, payload, entity).filter(({ is_equal }) => is_equal !== true);
      return { remote_id: entity._id, is_exact: differs.length === 0, differs: differs.map(({ field }) => field) };
    });
}

/** A candidate and the names that the list of its parent showed. */
export interface Located {
  readonly candidate: Candidate;
  readonly listed: TakenNames['listed'];
}

/**
 * Finds for each candidate what exists under its name, or as what it is, and links it where that is wanted, the one that
 * is there is the only one, and all that is given is equal.
 */
export async function proposeLinks(
  { store }: SyncContext,
  isWanted: boolean,
  kind: EntityKind,
  located: readonly Located[],
): Promise<Proposed[]> {
  const idsOf = ({ candidate, listed }: Located) => [...(listed.get(wishOf(kind, candidate)) ?? [])];
  const found = await store.production.many(kind.name, [...new Set(located.flatMap(idsOf))]);
  const production = new Map(found.map((entity) => [entity._id, entity]));
  const given = new Set<string>();
  return located.map((entry) => {
    const { candidate } = entry;
    const ids = candidate.twin === null ? idsOf(entry) : [candidate.twin._id];
    const remote = candidate.twin === null ? ids.flatMap((id) => production.get(id) ?? []) : [candidate.twin];
    const proposals = proposalsOf(kind, candidate, remote);
    const [first] = proposals;
    const isSure = ids.length === 1 && first?.is_exact === true && !given.has(first.remote_id);
    const link = isWanted && isSure ? first.remote_id : null;
    if (link !== null) given.add(link);
    return { ...candidate, proposals, link, refusal: link === null ? candidate.refusal : null };
  });
}

function wishOf(kind: EntityKind, candidate: Candidate): string {
  const name = wishedName(kind, candidate);
  return name === null ? '' : nameOf(kind.unique[0] ?? '', normaliseName(name));
}
