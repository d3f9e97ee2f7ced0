import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Draws what `./sync bench --json FILE` has kept:
 *
 *     node scripts/plot-bench.ts FILE FOLDER
 */
interface Figures {
  readonly row: string;
  readonly ratio: number | null;
  readonly one_at_a_time: number | null;
  readonly five_and_pause: number | null;
  readonly took: number;
  readonly entities: number;
  readonly memory_mb: number;
}

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly colour: string;
}

interface Plot {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  /** A value to be seen, such as a bound. */
  readonly marks: readonly { readonly value: number; readonly label: string }[];
}

const [colourOfOurs, colourOfOthers, colourOfText, colourOfMarks] = ['#2563eb', '#94a3b8', '#334155', '#dc2626'];
const [rowHeight, labelWidth, plotWidth, headHeight] = [22, 190, 520, 56];
const sizeOfText = 12;

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function text(x: number, y: number, content: string, more = ''): string {
  return `<text x="${x}" y="${y}" ${more}>${escaped(content)}</text>`;
}

/** Bars from the left, one below the other. */
function draw({ title, unit, bars, marks }: Plot): string {
  const most = Math.max(...bars.map(({ value }) => value), ...marks.map(({ value }) => value)) * 1.12;
  const x = (value: number) => labelWidth + (value / most) * plotWidth;
  const height = headHeight + bars.length * rowHeight + 12;
  const lines = bars.map(({ label, value, colour }, at) => {
    const y = headHeight + at * rowHeight;
    return [
      text(labelWidth - 8, y + 15, label, 'text-anchor="end"'),
      `<rect x="${labelWidth}" y="${y + 3}" width="${(x(value) - labelWidth).toFixed(1)}" height="16" fill="${colour}"/>`,
      text(x(value) + 5, y + 15, `${Number(value.toFixed(3))}${unit}`),
    ].join('');
  });
  const rules = marks.map(({ value, label }) => {
    const at = x(value).toFixed(1);
    const line = `<line x1="${at}" x2="${at}" y1="${headHeight}" y2="${height - 10}" stroke="${colourOfMarks}" stroke-dasharray="4 3"/>`;
    return line + text(x(value), headHeight - 6, label, `text-anchor="middle" fill="${colourOfMarks}"`);
  });
  const width = labelWidth + plotWidth + 70;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="${sizeOfText}" fill="${colourOfText}" role="img"><title>${escaped(title)}</title><rect width="100%" height="100%" fill="#ffffff"/>${text(12, 22, title, 'font-weight="bold" font-size="14"')}${lines.join('')}${rules.join('')}</svg>\n`;
}

function plots(all: readonly Figures[]): Readonly<Record<string, Plot>> {
  const bar = (label: string, value: number, colour = colourOfOurs): Bar => ({ label, value, colour });
  const known = all.filter(({ row, ratio }) => ratio !== null && /^(import|export|workers)-/.test(row));
  const peers = all.filter(({ one_at_a_time }) => one_at_a_time !== null);
  const growth = all.filter(({ row }) => row.startsWith('growth-'));
  return {
    'bench-ratio': {
      title: 'Time of a run, as a multiple of the bound',
      unit: '',
      bars: known.map(({ row, ratio }) => bar(row, ratio ?? 0)),
      marks: [
        { value: 1, label: 'bound' },
        { value: 1.08, label: '1.08' },
      ],
    },
    'bench-peers': {
      title: 'Time of the naive ways, as a multiple of ours',
      unit: ' ×',
      bars: peers.flatMap(({ row, one_at_a_time, five_and_pause }) => [
        bar(`${row}: one at a time`, one_at_a_time ?? 0, colourOfOthers),
        bar('five and a pause', five_and_pause ?? 0, '#cbd5e1'),
      ]),
      marks: [{ value: 1, label: 'ours' }],
    },
    'bench-time': {
      title: 'Time for an entity, as the account grows',
      unit: ' ms',
      bars: growth.map(({ entities, took }) => bar(`${entities} entities`, (took * 1000) / entities)),
      marks: [],
    },
    'bench-memory': {
      title: 'Most memory of the worker, as the account grows',
      unit: ' MB',
      bars: growth.map(({ entities, memory_mb }) => bar(`${entities} entities`, memory_mb)),
      marks: [],
    },
  };
}

const [file, folder] = process.argv.slice(2);
if (file === undefined || folder === undefined) throw new Error('node scripts/plot-bench.ts FILE FOLDER');
const figures: readonly Figures[] = JSON.parse(await readFile(file, 'utf8'));
await mkdir(folder, { recursive: true });
for (const [name, plot] of Object.entries(plots(figures))) {
  if (plot.bars.length > 0) await writeFile(join(folder, `${name}.svg`), draw(plot));
}
