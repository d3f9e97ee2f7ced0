import { MongoClient } from 'mongodb';
import { z } from 'zod';

/** A query as MongoDB carried it out, while {@link watchQueries} looked on. */
interface SeenQuery {
  readonly collection: string;
  /** `query`, `update`, `command` … */
  readonly operation: string;
  /** Such as `IXSCAN { run_id: 1 }`. */
  readonly plan: string;
  /** Sorted in memory, since no index has the order. */
  readonly isSorted: boolean;
  /** Documents that were looked at, and those that were found. */
  readonly examined: number;
  readonly found: number;
  readonly filter: unknown;
}

/** Documents that a sort of query may look at in vain: so many, and as many again as it finds; and a few each time. */
const inVain = { inAll: 50, eachTime: 5 };
/** Documents that a query may sort in memory, since no index has their order. */
const mostSorted = 20;

export interface QueryWatch {
  /**
   * What queries so far did without an index that serves them, each sort of query once, in words: they looked through a
   * collection or through much more than they found, or sorted in memory.
   *
   * @param small collections that stay small, whatever the account
   */
  faults(small: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
}

const profiled = z.looseObject({
  op: z.string(),
  ns: z.string(),
  planSummary: z.string(),
  hasSortStage: z.boolean().default(false),
  docsExamined: z.number().default(0),
  nreturned: z.number().optional(),
  nMatched: z.number().optional(),
  ndeleted: z.number().optional(),
  command: z.looseObject({}).optional(),
  /** Of a `getmore`. */
  originatingCommand: z.looseObject({}).optional(),
});

const logBytes = 64 * 1024 * 1024;

/** Has MongoDB keep a record of every query in the database, by its own profiler. */
export async function watchQueries(mongoUri: string): Promise<QueryWatch> {
  const client = new MongoClient(mongoUri);
  const db = client.db();
  await db.createCollection('system.profile', { capped: true, size: logBytes });
  await db.command({ profile: 2 });
  return {
    async faults(small) {
      const passed = [...small, 'system.profile'];
      const sorts = new Map<string, SeenQuery[]>();
      for await (const record of db.collection('system.profile').find({ planSummary: { $exists: true } })) {
        const query = toQuery(profiled.parse(record));
        const sort = describe(query);
        if (!passed.includes(query.collection)) sorts.set(sort, [...(sorts.get(sort) ?? []), query]);
      }
      return [...sorts].filter(([, queries]) => areFaulty(queries)).map(([sort]) => sort);
    },
    async close() {
      await db.command({ profile: 0 });
      await db.collection('system.profile').drop();
      await client.close();
    },
  };
}

function toQuery(record: z.output<typeof profiled>): SeenQuery {
  const { op, ns, planSummary, hasSortStage, docsExamined, nreturned, nMatched, ndeleted } = record;
  const command = record.originatingCommand ?? record.command;
  return {
    collection: ns.slice(ns.indexOf('.') + 1),
    operation: op,
    plan: planSummary,
    isSorted: hasSortStage,
    examined: docsExamined,
    found: nreturned ?? nMatched ?? ndeleted ?? 0,
    filter: command?.filter ?? command?.q ?? command?.query ?? command?.pipeline,
  };
}

/** Of queries of one sort, which have one plan. */
function areFaulty(queries: readonly SeenQuery[]): boolean {
  const [first] = queries;
  if (first === undefined) return false;
  // Few may be sorted in memory.
  if (queries.some(({ isSorted, found }) => isSorted && found > mostSorted)) return true;
  // All that there is may be read in any order.
  if (first.plan.includes('COLLSCAN')) return JSON.stringify(first.filter ?? {}) !== '{}';
  // Of an aggregation only groups are found.
  if (first.operation === 'command') return false;
  const sum = (of: (query: SeenQuery) => number) => queries.reduce((all, query) => all + of(query), 0);
  const [examined, found] = [sum((query) => query.examined), sum((query) => query.found)];
  return examined > 2 * found + inVain.inAll && examined - found > inVain.eachTime * queries.length;
}

function describe({ collection, operation, plan, isSorted, filter }: SeenQuery): string {
  const order = isSorted ? ', sorted in memory' : '';
  return `${operation} of ${collection} by ${JSON.stringify(shapeOf(filter))}: ${plan}${order}`;
}

/** A filter without its values. */
function shapeOf(filter: unknown): unknown {
  if (Array.isArray(filter)) return typeof filter[0] === 'object' ? filter.map(shapeOf) : '…';
  if (typeof filter !== 'object' || filter === null || Object.getPrototypeOf(filter) !== Object.prototype) return '…';
  return Object.fromEntries(Object.entries(filter).map(([field, value]) => [field, shapeOf(value)]));
}
