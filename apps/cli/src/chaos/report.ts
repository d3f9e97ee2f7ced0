import type { Finding, Scenario } from './scenario.ts';

/** A scenario that was played. */
export interface Result {
  readonly scenario: Pick<Scenario, 'name' | 'test' | 'fault'>;
  /** Null: it broke off. */
  readonly finding: Finding | null;
  /** All that is wrong, in words; nothing is wrong where there are none. */
  readonly faults: readonly string[];
  /** What else was seen, in words. */
  readonly notes: readonly string[];
  readonly seconds: number;
}

const columns = [
  'scenario',
  'fault',
  'times',
  'entities',
  'duplicates',
  'lost',
  'extra requests',
  'at most',
  'seconds',
  '',
];

/** What is wrong with a finding, in words. */
export function faultsOf({ duplicates, lost, faults, extra, bound }: Finding): string[] {
  const beyond = extra > bound ? [`${extra} requests more than needed, where at most ${bound} are explained`] : [];
  // Counted, and not told: it would be a fault of the judge, and must not pass.
  const untold = duplicates + lost > 0 && faults.length === 0 ? [`${duplicates} duplicates, ${lost} lost`] : [];
  return [...faults, ...beyond, ...untold];
}

/** The results as a table, for a terminal and for a page alike; below it what else was seen, and all that is wrong. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map(({ scenario, finding, faults, seconds }) => {
    const figures = finding === null ? ['', '', '', '', '', ''] : figuresOf(finding);
    return [scenario.name, scenario.fault, ...figures, seconds.toFixed(0), faults.length === 0 ? 'good' : 'BAD'];
  });
  const widths = columns.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const told = (pick: (result: Result) => readonly string[]) => {
    const lines = results.flatMap((result) => pick(result).map((text) => `- ${result.scenario.name}: ${text}`));
    return lines.length > 0 ? ['', ...lines] : [];
  };
  return [line(columns), rule, ...rows.map(line), ...told(({ notes }) => notes), ...told(({ faults }) => faults)].join(
    '\n',
  );
}

function figuresOf({ times, entities, duplicates, lost, extra, bound }: Finding): string[] {
  return [times, entities, duplicates, lost, extra, bound].map(String);
}

export interface PageFacts {
  readonly date: string;
  /** The command that gives it again. */
  readonly command: string;
  /** Of the machine and what ran on it. */
  readonly surroundings: string;
}

/** The results as a page that is kept. */
export function pageOf(results: readonly Result[], { date, command, surroundings }: PageFacts): string {
  return `# Chaos of ${date}

\`${command}\`, ${surroundings}. [How faults are made, and how it is judged](../chaos.md).

${tableOf(results)}
`;
}
