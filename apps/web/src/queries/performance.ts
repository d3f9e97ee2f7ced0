import { api, cursorAt, type SyncLogView } from '@broadstreet-sync/contract';
import { useQuery } from '@tanstack/react-query';
import { askBody, only } from '../api/call.ts';
import { keys } from './keys.ts';

const pageSize = 500;
/** More than this no chart shows. */
const mostRecords = 5000;

async function readLogs(from: string, signal: AbortSignal): Promise<SyncLogView[]> {
  const found: SyncLogView[] = [];
  for (let isMore = true; isMore && found.length < mostRecords; ) {
    const cursor = found.length === 0 ? undefined : cursorAt(found.length);
    const query = { from, dry_run: 'false' as const, limit: String(pageSize), cursor };
    const { items, next } = await askBody(only(api.listSyncLogs), { query, signal });
    found.push(...items);
    isMore = next !== null;
  }
  return found;
}

/** What each kind of each run came to, since a time. */
export function useLogs(from: string) {
  return useQuery({ queryKey: keys.logs(from), queryFn: ({ signal }) => readLogs(from, signal) });
}

/** What went wrong most often since a time. */
export function useFrequentErrors(from: string) {
  return useQuery({
    queryKey: keys.logs(['errors', from]),
    queryFn: ({ signal }) => askBody(only(api.listFrequentErrors), { query: { from }, signal }),
  });
}
