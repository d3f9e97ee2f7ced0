import { type DestinationStream, type LevelWithSilent, type Logger, pino } from 'pino';
import { createRedactor } from './redact.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** Stands in each line as `name`: the app. */
  name: string;
  /** Default `info`. */
  level?: LevelWithSilent;
  /** Where lines go; default standard output. */
  destination?: DestinationStream;
  /** Values that never reach a line, wherever they stand; undefined ones are left out. */
  secrets?: readonly (string | undefined)[];
}

/**
 * A pino logger of JSON lines. Redaction works on the finished line, so no key, depth or serializer can let a
 * secret through.
 */
export function createLogger({ name, level = 'info', destination, secrets = [] }: LoggerOptions): Logger {
  const redact = createRedactor(secrets);
  const options = {
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
    hooks: { streamWrite: redact },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** What a log keeps of an error; the other properties, such as a request with its token, stay out. */
interface ErrorDescription {
  type: string;
  message: string;
  stack?: string;
  code?: string | number;
  category?: string;
  status?: number;
  cause?: unknown;
  errors?: unknown[];
}

function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const described: ErrorDescription = { type: error.name, message: error.message };
  if (error.stack) described.stack = error.stack;
  if ('code' in error && (typeof error.code === 'string' || typeof error.code === 'number'))
    described.code = error.code;
  if ('category' in error && typeof error.category === 'string') described.category = error.category;
  if ('status' in error && typeof error.status === 'number') described.status = error.status;
  if (error.cause !== undefined && depth < 5) described.cause = describeError(error.cause, depth + 1);
  if (error instanceof AggregateError && depth < 5)
    described.errors = error.errors.map((e) => describeError(e, depth + 1));
  return described;
}
