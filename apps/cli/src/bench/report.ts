import type { Figures } from './figures.ts';

/** A row that was measured, with all that it misses of what is asked of it, in words. */
export interface Result {
  readonly figures: Figures;
  readonly misses: readonly string[];
}

const percent = (share: number | null, digits = 1) => (share === null ? '' : `${(share * 100).toFixed(digits)} %`);
const times = (value: number | null) => (value === null ? '' : `${value.toFixed(1)} ×`);
const columns: Readonly<Record<string, (figures: Figures) => string>> = {
  row: ({ row }) => row,
  requests: ({ requests }) => String(requests),
  'of the fewest': ({ over_needed }) => over_needed.toFixed(3),
  'time of the bound': ({ ratio }) => ratio?.toFixed(3) ?? '',
  'rate used': ({ used }) => percent(used),
  '429s': ({ refused }) => percent(refused, 2),
  'windows one over': ({ windows }) => percent(windows?.oneOver ?? null, 2),
  'a second': ({ per_second }) => per_second.toFixed(0),
  'one at a time': ({ one_at_a_time }) => times(one_at_a_time),
  'five and a pause': ({ five_and_pause }) => times(five_and_pause),
  'CPU ms a request': ({ cpu_ms }) => cpu_ms.toFixed(1),
  'MB of a worker': ({ memory_mb }) => String(memory_mb),
  'MB of Redis': ({ redis_mb }) => redis_mb.toFixed(1),
  'cold start': ({ cold_start }) => `${cold_start.toFixed(2)} s`,
};

/** The results as a table, for a terminal and for a page alike; below it all that is missed. */
export function tableOf(results: readonly Result[], more: readonly string[]): string {
  const titles = [...Object.keys(columns), ''];
  const lines = results.map(({ figures, misses }) => [
    ...Object.values(columns).map((show) => show(figures)),
    misses.length === 0 ? 'good' : 'MISSED',
  ]);
  const widths = titles.map((title, at) => Math.max(title.length, ...lines.map((line) => line[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const missed = [
    ...results.flatMap(({ figures, misses }) => misses.map((miss) => `${figures.row}: ${miss}`)),
    ...more,
  ];
  return [line(titles), rule, ...lines.map(line), ...(missed.length > 0 ? ['', ...missed] : [])].join('\n');
}
