import { kindName, runStates } from '@broadstreet-sync/domain';
import { z } from 'zod';

/** What stands in an address: numbers and truth are read as such by the router, and mean their text here. */
const words = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const page = z.int().positive().max(1_000_000);

/** Anything that does not fit is left out: an address of an older day still opens its page. */
function loose<T extends z.ZodType>(type: T) {
  return type.optional().catch(undefined);
}

/** Of every page: the network that all is limited to. */
export const frameSearch = z.object({ network: loose(z.int().positive()) });

export type FrameSearch = z.output<typeof frameSearch>;

export const origins = ['local', 'synced', 'api'] as const;

/** Of a kind's list; what it is narrowed to stands under the names of the parents' fields. */
export const listSearch = z.looseObject({
  q: loose(words),
  sort: loose(words),
  page: loose(page),
  origin: loose(z.enum(origins)),
});
export type ListSearch = z.output<typeof listSearch>;

/** The export that was started here, and the preview that is looked at. */
export const localSearch = z.object({
  run: loose(words),
  plan: loose(words),
  q: loose(words),
  view: loose(z.literal('tree')),
});

export const runsSearch = z.object({
  operation: loose(z.enum(['import', 'export'])),
  status: loose(z.enum(runStates)),
  /** Id of the schedule that they come from. */
  schedule: loose(words),
  page: loose(page),
});

export const runTabs = ['progress', 'errors', 'tasks', 'changes', 'plan'] as const;
export const runSearch = z.object({ tab: loose(z.enum(runTabs)), kind: loose(kindName), page: loose(page) });
export const performanceSearch = z.object({ days: loose(z.literal([1, 7, 30])) });

export const historySearch = z.object({
  kind: loose(kindName),
  operation: loose(z.enum(['insert', 'update', 'remove'])),
  since: loose(z.iso.date()),
  page: loose(page),
});
export type HistorySearch = z.output<typeof historySearch>;
export const duplicatesSearch = z.object({ kind: loose(kindName), page: loose(page) });
export const keysSearch = z.object({ page: loose(page) });
export const auditSearch = z.object({ name: loose(words), page: loose(page) });
/** Where to go on: an address of this host, whoever wrote the link. */
export const logInSearch = z.object({ next: loose(z.string().regex(/^\/(?![/\\])/)) });
export const schedulesSearch = z.object({ page: loose(page) });
export const conflictsSearch = z.object({ page: loose(page) });
