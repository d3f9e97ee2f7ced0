import type {
  Broadstreet,
  GetRequest,
  ListRequest,
  OnRows,
  Query,
  Row,
  WriteRequest,
} from '@broadstreet-sync/broadstreet';
import { type ErrorCategory, RemoteError, type RemoteErrorDetails } from '@broadstreet-sync/domain';

/** A write as the API carries it out: gives the answer. */
type Carry = () => Row | null;
/** What happens to one write instead of its being carried out and answered. */
export type WriteFault = (carry: Carry, request: WriteRequest) => Promise<Row | null> | Row | null;

export interface MemoryRemote extends Broadstreet {
  /** Each list that was asked for, as `/zones?network_id=1`. */
  readonly lists: string[];
  /** Each single entity that was asked for, by its path. */
  readonly gets: string[];
  /** What is shown of single entities only, by their path. */
  readonly shownAlone: Map<string, Row>;
  /** Called when a single entity is asked for. */
  beforeGet: (path: string) => Promise<void> | void;
  readonly posts: WriteRequest[];
  /** Updates and removals, in their order. */
  readonly changes: WriteRequest[];
  /** Faults of the next writes, used up in order; then all goes well. */
  readonly faults: WriteFault[];
  /** Called when a list is asked for, before it is read. */
  beforeList: (asked: string) => Promise<void> | void;
  /** Called when a list has been read, before it is answered. */
  afterList: (asked: string) => Promise<void> | void;
  /** Rows handed over at once; so few at first that most lists of the tests come in several batches. */
  batchSize: number;
  /** Called before a batch is handed over, with the number of rows up to its end. */
  onBatch: (asked: string, rows: number) => void;
  add(path: string, parents: Record<string, number>, row: Row): void;
  remove(path: string, id: number): void;
  clear(path: string): void;
  rows(path: string): Row[];
}

interface Held {
  readonly parents: Record<string, number>;
  readonly row: Row;
}

const pathOf = (field: string): string => `/${field.replace(/_id$/, 's')}`;

/** An account of the Broadstreet API in memory: rows lie under the ids of their parents and do not carry them. */
export function createMemoryRemote(): MemoryRemote {
  const held = new Map<string, Held[]>();
  let lastId = 1000;
  const at = (path: string): Held[] => {
    const rows = held.get(path) ?? [];
    held.set(path, rows);
    return rows;
  };

  /** With the ids of the parents' own parents. */
  function lineage(parents: Record<string, number>): Record<string, number> {
    const above = Object.entries(parents).map(([field, id]) => {
      return at(pathOf(field)).find(({ row }) => row.id === id)?.parents ?? {};
    });
    return Object.assign({}, ...above, parents);
  }

  function create({ path, query = {}, body = {}, answers }: WriteRequest): Row | null {
    const ids = Object.entries({ ...query, ...body }).filter(([field]) => field.endsWith('_id'));
    const parents = lineage(Object.fromEntries(ids.map(([field, id]) => [field, Number(id)])));
    const fields = Object.fromEntries(Object.entries(body).filter(([field]) => field !== 'campaign_id'));
    lastId += 1;
    const owner = at('/advertisers').find(({ row }) => row.id === parents.advertiser_id)?.row.name;
    const named = path === '/advertisements' ? { advertiser: owner } : {};
    const row = answers === 'nothing' ? fields : { id: lastId, ...fields, ...named };
    at(path).push({ parents, row });
    if (answers === 'nothing') return null;
    return answers === 'partial' ? { id: lastId, name: row.name } : row;
  }

  function find(path: string): Held {
    const [, collection = '', id] = /^(.*)\/(\d+)$/.exec(path) ?? [];
    const found = at(collection).find(({ row }) => row.id === Number(id));
    if (found === undefined) throw remoteError('dependency', { code: 'not_found', path });
    return found;
  }

  function update({ path, body }: WriteRequest): Row {
    return structuredClone(Object.assign(find(path).row, body));
  }

  /** With all that hangs on it, as far as its rows lie under its id. */
  function removeRow({ path, query = {} }: WriteRequest): null {
    const [, collection = path, id] = /^(.*)\/(\d+)$/.exec(path) ?? [];
    const isIt = ({ row, parents }: Held): boolean =>
      id === undefined ? covers(query, parents) : row.id === Number(id);
    if (!at(collection).some(isIt)) throw remoteError('dependency', { code: 'not_found', path });
    held.set(
      collection,
      at(collection).filter((each) => !isIt(each)),
    );
    const field = `${collection.slice(1, -1)}_id`;
    for (const [other, rows] of held)
      held.set(
        other,
        rows.filter(({ parents }) => parents[field] !== Number(id)),
      );
    return null;
  }

  function carry(request: WriteRequest): Row | null {
    if (request.method === 'PUT') return update(request);
    return request.method === 'DELETE' ? removeRow(request) : create(request);
  }

  const remote: MemoryRemote = {
    baseUrl: 'memory://account/api/1',
    lists: [],
    gets: [],
    shownAlone: new Map(),
    beforeGet: () => undefined,
    posts: [],
    changes: [],
    faults: [],
    beforeList: () => undefined,
    afterList: () => undefined,
    batchSize: 2,
    onBatch: () => undefined,
    add: (path, parents, row) => {
      at(path).push({ parents: lineage(parents), row });
    },
    remove: (path, id) => {
      held.set(
        path,
        at(path).filter(({ row }) => row.id !== id),
      );
    },
    clear: (path) => {
      held.delete(path);
    },
    rows: (path) => at(path).map(({ row }) => row),
    async listInBatches(request: ListRequest, onRows: OnRows, context = {}) {
      const rows = await remote.list(request, context);
      for (let from = 0; from < rows.length; from += remote.batchSize) {
        const batch = rows.slice(from, from + remote.batchSize);
        remote.onBatch(askedOf(request), from + batch.length);
        await onRows(batch);
      }
      return rows.length;
    },
    async list(request, context = {}) {
      const { path, query } = request;
      const asked = askedOf(request);
      context.signal?.throwIfAborted();
      remote.lists.push(asked);
      context.meter?.request();
      await remote.beforeList(asked);
      const rows = at(path).filter(({ parents }) => covers(query, parents));
      const answer = rows.map(({ row }) => structuredClone(row));
      await remote.afterList(asked);
      return answer;
    },
    async get({ path }: GetRequest, context = {}) {
      context.signal?.throwIfAborted();
      remote.gets.push(path);
      context.meter?.request();
      await remote.beforeGet(path);
      return { ...structuredClone(find(path).row), ...remote.shownAlone.get(path) };
    },
    async write(request, context = {}) {
      (request.method === 'POST' ? remote.posts : remote.changes).push(request);
      context.meter?.request();
      const fault = remote.faults.shift() ?? ((carryOut) => carryOut());
      return fault(() => carry(request), request);
    },
    close: () => undefined,
  };
  return remote;
}

function askedOf({ path, query }: ListRequest): string {
  return `${path}?${Object.entries(query)
    .map((parameter) => parameter.join('='))
    .join('&')}`;
}

function covers(query: Query, parents: Record<string, number>): boolean {
  return Object.entries(query).every(([field, id]) => parents[field] === id);
}

export function remoteError(category: ErrorCategory, details: Partial<RemoteErrorDetails> = {}): RemoteError {
  return new RemoteError({
    category,
    code: category,
    message: `fails with ${category}`,
    outcome: 'refused',
    method: 'POST',
    path: '/zones',
    ...details,
  });
}

/** The API carries it out, and nobody learns of it. */
export const loseAnswer: WriteFault = (carry) => {
  carry();
  throw remoteError('network', { outcome: 'unknown', code: 'connection_lost' });
};

/** The request is lost on its way, and nobody learns of that either. */
export const loseRequest: WriteFault = () => {
  throw remoteError('network', { outcome: 'unknown', code: 'timeout' });
};

/** The API answers with this error, and has done nothing. */
export function failWith(category: ErrorCategory, details: Partial<RemoteErrorDetails> = {}): WriteFault {
  return () => {
    throw remoteError(category, details);
  };
}
