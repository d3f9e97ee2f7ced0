import type { Answer, AnswerBody } from '../answers.ts';
import type { Random } from '../random.ts';
import type { FaultOf } from './fault.ts';

type Fields = Record<string, unknown>;

/** The body under another key: the rows of a list, or the one entity of an answer. */
export function underKey(answer: Answer, key: string): Answer {
  const { body } = answer;
  if (body.type === 'rows') return { ...answer, body: { ...body, envelope: key } };
  if (body.type !== 'json' || !isFields(body.value)) return answer;
  const values = Object.values(body.value);
  const [value] = values.length === 1 ? values : [body.value];
  return { ...answer, body: { type: 'json', value: { [key]: value } } };
}

/** A list that has lost exactly this share of its rows, rounded; which ones is left to chance. */
export function withoutRows(answer: Answer, percent: number, random: Random): Answer {
  if (answer.body.type !== 'rows') return answer;
  const rows = [...answer.body.rows];
  let toLose = Math.round((rows.length * percent) / 100);
  const kept = rows.filter((_row, index) => {
    const isLost = random.chance(toLose / (rows.length - index));
    if (isLost) toLose--;
    return !isLost;
  });
  return { ...answer, body: { ...answer.body, rows: kept } };
}

/** Rows from the middle of a list on, or the one entity of an answer, with a defect. */
export function withBrokenRows(answer: Answer, { defect, rows: count }: FaultOf<'broken_row'>): Answer {
  return { ...answer, body: breakBody(answer.body, defect, count) };
}

function breakBody(body: AnswerBody, defect: FaultOf<'broken_row'>['defect'], count: number): AnswerBody {
  if (body.type === 'rows') {
    const rows = [...body.rows];
    const from = Math.floor(rows.length / 2);
    const broken = rows.map((row, index) =>
      index >= from && index < from + count ? breakRow(row, rows[index - 1] ?? row, defect) : row,
    );
    return { ...body, rows: broken };
  }
  if (body.type !== 'json' || !isFields(body.value)) return body;
  const [entry, ...others] = Object.entries(body.value);
  if (entry && others.length === 0 && isFields(entry[1]))
    return { type: 'json', value: { [entry[0]]: breakRow(entry[1], entry[1], defect) } };
  return { type: 'json', value: breakRow(body.value, body.value, defect) };
}

function breakRow(row: unknown, before: unknown, defect: FaultOf<'broken_row'>['defect']): unknown {
  if (!isFields(row) || !isFields(before) || defect === 'not_an_object') return 'row';
  // A placement has no id of its own.
  const idField = 'id' in row ? 'id' : 'advertisement_id';
  if (defect === 'bad_id') return { ...row, [idField]: 'n/a' };
  if (defect === 'bad_name') return { ...row, name: 17 };
  if (defect === 'duplicate_id') return 'id' in row ? { ...row, id: before.id } : before;
  const { [idField]: _id, ...rest } = row;
  return rest;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
