import { type Db, MongoClient } from 'mongodb';
import type { SimulatedKind } from './simulator.ts';
import { lasting, stampFields, versionOf } from './versions.ts';

type Row = Record<string, unknown>;

/** Reads of one instant over all kinds, as the store gives them. */
type ReadSnapshot = <T>(
  read: (at: { each(kind: SimulatedKind, filter?: Row, names?: readonly string[]): AsyncIterable<Row> }) => Promise<T>,
) => Promise<T>;

export interface ReaderSettings {
  /** With the database's name. */
  readonly mongoUri: string;
  readonly snapshot: ReadSnapshot;
  /** Entities of each kind, in every version. */
  readonly sizes: Readonly<Record<SimulatedKind, number>>;
}

export interface ReaderReport {
  /** Reads by sort. */
  readonly reads: Readonly<Record<Sort, number>>;
  readonly versions: readonly number[];
  /** What was read and should never be, in words. */
  readonly faults: readonly string[];
}

/**
 * `sample`: some entities of all kinds, of one instant. `collection`: one collection, of one instant. `plain`: one
 * collection as any other tool would read it. `whole`: all entities of all kinds, of one instant.
 */
type Sort = 'sample' | 'collection' | 'plain' | 'whole';

export interface Reader {
  /** Reads until then, and says what came of it. */
  stop(): Promise<ReaderReport>;
}

const everyMs = 10;
const mostAtOnce = 8;
const sampleSize = 3;
/** Of its time, what the reader of everything rests. */
const restShare = 3;

/** Reads production a hundred times a second, in every way in which others do, and looks for what should never be seen. */
export async function startReader({ mongoUri, snapshot, sizes }: ReaderSettings): Promise<Reader> {
  const client = new MongoClient(mongoUri);
  const db = client.db();
  const names = Object.keys(sizes) as SimulatedKind[];
  const keys = new Map<SimulatedKind, string[]>();
  for (const kind of names) keys.set(kind, await keysOf(db, kind));
  const reads: Record<Sort, number> = { sample: 0, collection: 0, plain: 0, whole: 0 };
  const versions = new Set<number>();
  const faults = new Set<string>();
  let turn = 0;
  let isStopped = false;

  /** Of one instant: one version in all that was read. */
  function judge(sort: Sort, found: readonly { kind: SimulatedKind; version: number | null }[]): void {
    const half = found.find(({ version }) => version === null);
    if (half !== undefined) faults.add(`${sort}: a document of ${half.kind} that is half of one version`);
    const seen = new Set(found.map(({ version }) => version));
    if (sort !== 'plain' && seen.size > 1) faults.add(`${sort}: versions ${[...seen].sort().join(', ')} at once`);
    for (const version of seen) if (version !== null) versions.add(version);
  }

  function expectSize(sort: Sort, kind: SimulatedKind, size: number): void {
    if (size === sizes[kind]) return;
    // A read that is not of one instant may meet what comes and what goes, or neither.
    if (sort === 'plain' && size > 0 && Math.abs(size - sizes[kind]) <= 2) return;
    faults.add(`${sort}: ${size} ${kind} instead of ${sizes[kind]}`);
  }

  async function sample(): Promise<void> {
    await snapshot(async (at) => {
      const found: { kind: SimulatedKind; version: number | null }[] = [];
      for (const kind of names) {
        const wanted = pick(keys.get(kind) ?? [], sampleSize);
        let count = 0;
        for await (const entity of at.each(kind, { _id: { $in: wanted } }, fieldsOf(kind))) {
          found.push({ kind, version: versionOf(kind, entity) });
          count += 1;
        }
        if (count !== wanted.length)
          faults.add(`sample: ${wanted.length - count} of ${wanted.length} ${kind} are gone`);
      }
      judge('sample', found);
    });
  }

  async function collection(sort: 'collection' | 'plain', kind: SimulatedKind): Promise<void> {
    const level = sort === 'plain' ? 'majority' : 'snapshot';
    const projection = Object.fromEntries(fieldsOf(kind).map((name) => [name, 1]));
    // In one batch: what is fetched later would be of a later instant.
    const options = { readConcern: { level }, batchSize: sizes[kind] + 10 } as const;
    const found = await db.collection(kind).find({}, options).project(projection).toArray();
    expectSize(sort, kind, found.length);
    judge(
      sort,
      found.map((entity) => ({ kind, version: versionOf(kind, entity) })),
    );
  }

  async function whole(): Promise<void> {
    await snapshot(async (at) => {
      const found: { kind: SimulatedKind; version: number | null }[] = [];
      for (const kind of names) {
        const before = found.length;
        for await (const entity of at.each(kind, {}, fieldsOf(kind))) {
          found.push({ kind, version: versionOf(kind, entity) });
        }
        expectSize('whole', kind, found.length - before);
      }
      judge('whole', found);
    });
  }

  async function read(sort: Sort, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => faults.add(`${sort}: ${String(error)}`));
    reads[sort] += 1;
  }

  const atWork = new Set<Promise<void>>();
  const timer = setInterval(() => {
    if (atWork.size >= mostAtOnce) return;
    turn += 1;
    const kind = names[Math.floor(turn / 4) % names.length] ?? 'networks';
    // Large collections are read whole by the other loop.
    const isSmall = sizes[kind] <= 1000;
    const sort: Sort = turn % 4 === 0 && isSmall ? 'collection' : turn % 4 === 2 && isSmall ? 'plain' : 'sample';
    const one = read(sort, () =>
      sort === 'sample' ? sample() : collection(sort === 'plain' ? 'plain' : 'collection', kind),
    );
    atWork.add(one);
    void one.finally(() => atWork.delete(one));
  }, everyMs);

  async function readOn(): Promise<void> {
    while (!isStopped) {
      const startedAt = performance.now();
      await read('whole', whole);
      const tookMs = performance.now() - startedAt;
      await new Promise((resolve) => setTimeout(resolve, restShare * tookMs));
    }
  }
  const reading = readOn();

  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await Promise.all([...atWork, reading]);
      await client.close();
      return { reads, versions: [...versions].sort((a, b) => a - b), faults: [...faults] };
    },
  };
}

function fieldsOf(kind: SimulatedKind): string[] {
  return stampFields[kind].flatMap((field) => field ?? []);
}

/** Of what is there in every version: what comes and goes is left out. */
async function keysOf(db: Db, kind: SimulatedKind): Promise<string[]> {
  const found = await db
    .collection<{ _id: string }>(kind)
    .find(lasting(kind))
    .project<{ _id: string }>({ _id: 1 })
    .toArray();
  return found.map(({ _id }) => _id);
}

function pick(keys: readonly string[], count: number): string[] {
  const picked = Array.from({ length: count }, () => keys[Math.floor(Math.random() * keys.length)]);
  return [...new Set(picked.flatMap((key) => key ?? []))];
}
