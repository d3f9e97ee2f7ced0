import { problems, problemsOf, type Route } from '@broadstreet-sync/contract';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ApiParts } from '../parts.ts';
import { createOpenApi } from '../system/open-api.ts';

type OnAnswer = NonNullable<ApiParts['onAnswer']>;

const name = 'openapi';

/** A step of a JSON pointer (RFC 6901), as a part of a URI. */
function step(text: string): string {
  return encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function isNamed(route: Route, code: unknown, status: number): boolean {
  return problemsOf(route).some((each) => each === code && problems[each].status === status);
}

/**
 * Makes what holds every answer to the OpenAPI document that the API gives away.
 *
 * @returns throws Error for an answer whose status, code or body the document does not have
 */
export function createFitsOpenApi(): OnAnswer {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(createOpenApi(), name);
  const checks = new Map<string, ValidateFunction>();

  function checkOf(path: string): ValidateFunction {
    const known = checks.get(path) ?? ajv.compile({ $ref: `${name}#${path}` });
    checks.set(path, known);
    return known;
  }

  return (route, { status, body, mediaType }) => {
    const where = `${route.method.toUpperCase()} ${route.path} answers ${status}`;
    const isProblem = mediaType === 'application/problem+json';
    const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null;
    if (isProblem ? !isNamed(route, code, status) : route.answers[status] === undefined) {
      throw new Error(`${where} ${JSON.stringify(code)}, which the contract does not name`);
    }
    if (!isProblem && route.answers[status]?.body === null) return;
    const steps = ['paths', route.path, route.method, 'responses', String(status), 'content', mediaType, 'schema'];
    const check = checkOf(`/${steps.map(step).join('/')}`);
    const sent: unknown = JSON.parse(JSON.stringify(body));
    if (check(sent)) return;
    throw new Error(`${where}, which does not fit the OpenAPI document: ${ajv.errorsText(check.errors)}`);
  };
}
