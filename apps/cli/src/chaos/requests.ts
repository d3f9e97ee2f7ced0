import type { SimulatedKind } from '@broadstreet-sync/testkit';
import { kinds, nameParent } from './accounts.ts';
import { listOf } from './crew.ts';
import type { Draft } from './drafts.ts';
import type { Stage } from './stage.ts';

/** What exports sent beyond what they would have to if nothing went wrong, and how much of that is allowed. */
export interface ExtraRequests {
  readonly extra: number;
  readonly bound: number;
}

/** Requests of an export without faults: one create each, and one list for each parent that existed and gets new names. */
export function neededRequests(drafts: readonly Draft[]): number {
  const lists = new Set<string>();
  for (const { kind, parents } of drafts) {
    const field = nameParent[kind];
    if (kind === 'networks') lists.add(kind);
    else if (field !== null && typeof parents[field] === 'number') lists.add(`${kind} of ${parents[field]}`);
  }
  return drafts.length + lists.size;
}

/** Of one that is done again: the parent's list, lists of what may hang on a row, and its removal. */
const requestsOfSweep = 4;

/** Where the account's log of requests stands. */
export async function lastRequest({ account }: Stage): Promise<number> {
  return (await account.requests()).at(-1)?.seq ?? 0;
}

export interface CountedExports {
  /** All that was sent after this request is counted. */
  readonly after: number;
  readonly needed: number;
  /** Only creates, where something else reads lists meanwhile. */
  readonly isReadingIgnored?: boolean;
  /** Answers were lost for other reasons than the end of a worker too. */
  readonly areAnswersLost?: boolean;
  /** Requests whose outcome was unknown for other reasons still. */
  readonly alsoUnknown?: number;
  /** Requests that are explained otherwise. */
  readonly alsoAllowed?: number;
}

/**
 * Counts what exports sent after an instant, by the account's own log. Allowed are two requests more for each whose outcome
 * was unknown (a look-up, and the request again), and one list at the end for each parent that such a one concerned; such
 * a look at the end of which a worker died is had again.
 */
export async function countExtra(stage: Stage, counted: CountedExports): Promise<ExtraRequests> {
  const { account, crew } = stage;
  const { after, needed, isReadingIgnored = false, areAnswersLost = false, alsoUnknown = 0, alsoAllowed = 0 } = counted;
  const counts = ({ method }: { method: string }) => !isReadingIgnored || method === 'POST';
  const sent = (await account.requests(after)).filter(counts);
  const left = crew.left();
  const unanswered = sent.filter(({ answered }) => !answered).length;
  // What a killed worker had under way is not answered either, if it was sent.
  const unknown = areAnswersLost ? left.requests + unanswered : Math.max(left.requests, unanswered);
  const parents = new Set([...left.parents, ...(await parentsOfUnanswered(stage, after))]);
  const sweeps = isReadingIgnored ? 0 : parents.size + alsoUnknown + requestsOfSweep * left.sweeps;
  return { extra: sent.length - needed, bound: 2 * (unknown + alsoUnknown) + sweeps + alsoAllowed };
}

async function parentsOfUnanswered({ account }: Stage, after: number): Promise<string[]> {
  const lost = (await account.journal(after)).filter(({ answered, method }) => method === 'POST' && !answered);
  return lost.flatMap(({ path, query, body }) => {
    const kind = kindOf(path);
    return kind === null ? [] : [listOf(kind, { ...Object(body), ...query })];
  });
}

function kindOf(path: string): SimulatedKind | null {
  return kinds.find((kind) => path.split('/').at(-1) === kind) ?? null;
}
