import { once } from 'node:events';
import { nextCursor, type Page, toPage } from '@broadstreet-sync/contract';
import { answered, type Http } from './bind.ts';

const batchSize = 500;

export interface ListPage<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** A list that is JSON by pages, or CSV as a whole. */
export interface ListReply<T> {
  readonly query: { limit?: string | undefined; cursor?: string | undefined };
  /** Fields of an entry that are columns, in order. */
  readonly columns: readonly string[];
  /** Of the file, without ending. */
  readonly fileName: string;
  readonly load: (page: Page) => Promise<ListPage<T>>;
  /** All entries, where that is quicker than page by page. */
  readonly all?: () => AsyncIterable<T>;
}

interface JsonPage<T> {
  readonly status: 200;
  readonly body: { items: T[]; total: number; next: string | null };
}

/** Answers a list in the form that the request accepts. CSV has all entries, unless the request gives a `limit`. */
export async function replyList<T extends object>(
  http: Http,
  { query, columns, fileName, load, all }: ListReply<T>,
): Promise<JsonPage<T> | typeof answered> {
  const page = toPage(query);
  if (http.req.accepts(['application/json', 'text/csv']) === 'text/csv') {
    await writeCsv(http, {
      columns,
      fileName,
      rows: query.limit !== undefined ? oneOf(page, load) : page.skip === 0 && all ? all() : allOf(page, load),
    });
    return answered;
  }
  const { items, total } = await load(page);
  return { status: 200, body: { items: [...items], total, next: nextCursor(page, total) } };
}

async function* oneOf<T>(page: Page, load: ListReply<T>['load']): AsyncIterable<T> {
  yield* (await load(page)).items;
}

async function* allOf<T>({ skip }: Page, load: ListReply<T>['load']): AsyncIterable<T> {
  for (let at = skip; ; at += batchSize) {
    const { items } = await load({ skip: at, limit: batchSize });
    yield* items;
    if (items.length < batchSize) return;
  }
}

async function writeCsv<T extends object>(
  { res }: Http,
  table: { columns: readonly string[]; fileName: string; rows: AsyncIterable<T> },
): Promise<void> {
  let isStarted = false;
  const start = () => {
    isStarted = true;
    res.status(200).set({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${table.fileName}.csv"`,
    });
    res.write(csvLine(table.columns));
  };
  for await (const row of table.rows) {
    // Not before the first row: until then an error can still be answered as one.
    if (!isStarted) start();
    const values = new Map<string, unknown>(Object.entries(row));
    const isFull = !res.write(csvLine(table.columns.map((column) => values.get(column))));
    if (isFull && !res.destroyed) await Promise.race([once(res, 'drain'), once(res, 'close')]);
    if (res.destroyed) return;
  }
  if (!isStarted) start();
  res.end();
}

/** One line of CSV (RFC 4180). */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // A spreadsheet would run text that begins like a formula; names come from people we do not know.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
