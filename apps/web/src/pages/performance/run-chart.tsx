import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { RunFigures } from '../../runs/log-figures.ts';
import { Card, CardHead } from '../../ui/card.tsx';

interface RunChartProps {
  readonly title: string;
  readonly unit: string;
  /** What a reader could take wrongly. */
  readonly note?: string;
  readonly runs: readonly RunFigures[];
  readonly figureOf: (run: RunFigures) => number;
}

const height = 220;
const axis = { stroke: 'var(--soft)', fontSize: 12 };
const lines = [
  { operation: 'import', name: 'Imports', colour: 'var(--accent)', dash: '0' },
  { operation: 'export', name: 'Exports', colour: 'var(--warm)', dash: '5 3' },
] as const;

function dayAndTime(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
}

/** A figure of each run over time; the table below it has the same in numbers. */
export function RunChart({ title, unit, note, runs, figureOf }: RunChartProps) {
  const points = runs.map((run) => ({ at: Date.parse(run.at), [run.operation]: Math.round(figureOf(run) * 10) / 10 }));
  return (
    <Card>
      <CardHead title={`${title} (${unit})`}>
        {lines.map(({ operation, name, colour, dash }) => (
          <span key={operation} className="flex items-center gap-1.5 text-[13px] text-soft">
            <svg width="22" height="8" aria-hidden="true">
              <line x1="0" y1="4" x2="22" y2="4" stroke={colour} strokeWidth="2.5" strokeDasharray={dash} />
            </svg>
            {name}
          </span>
        ))}
      </CardHead>
      {note === undefined ? null : <p className="px-4 pt-3 text-[13px] text-soft">{note}</p>}
      <div className="p-3" aria-hidden="true">
        <ResponsiveContainer width="100%" height={height}>
          <LineChart data={points} margin={{ top: 8, right: 12, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <CartesianGrid stroke="var(--line)" vertical={false} />
            <XAxis
              dataKey="at"
              type="number"
              scale="time"
              domain={['dataMin', 'dataMax']}
              tickFormatter={dayAndTime}
              minTickGap={70}
              {...axis}
            />
            <YAxis width={44} allowDecimals={false} {...axis} />
            <Tooltip
              labelFormatter={(at) => (typeof at === 'number' ? dayAndTime(at) : '')}
              contentStyle={{ background: 'var(--card)', border: '1px solid var(--line)', borderRadius: 6 }}
            />
            {lines.map(({ operation, name, colour, dash }) => (
              <Line
                key={operation}
                dataKey={operation}
                name={name}
                stroke={colour}
                strokeDasharray={dash}
                strokeWidth={2}
                dot={{ r: 3, strokeDasharray: '0', fill: 'var(--card)' }}
                connectNulls
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </Card>
  );
}
