import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Extracts the schemas of the responses that the source type `github` reads from GitHub's OpenAPI description:
 * `node scripts/github-openapi.ts DIRECTORY`, where DIRECTORY is the unpacked npm package @octokit/openapi (385 MB,
 * which is why it is not a dependency). Descriptions and examples are dropped; repeated parts are shared.
 */
const target = 'test/recordings/github-openapi/responses.json';

const repo = '/repos/{owner}/{repo}';

/** The used operations: method, path, status. */
const operations: readonly (readonly [string, string, string])[] = [
  ['get', repo, '200'],
  ['get', `${repo}/actions/runs`, '200'],
  ['get', `${repo}/actions/workflows/{workflow_id}/runs`, '200'],
  ['get', `${repo}/actions/runs/{run_id}`, '200'],
  ['get', `${repo}/actions/runs/{run_id}/jobs`, '200'],
  ['get', `${repo}/actions/runs/{run_id}/pending_deployments`, '200'],
  ['post', `${repo}/actions/runs/{run_id}/pending_deployments`, '200'],
  ['get', `${repo}/actions/workflows`, '200'],
  ['get', `${repo}/actions/workflows/{workflow_id}`, '200'],
  ['post', `${repo}/actions/workflows/{workflow_id}/dispatches`, '200'],
  ['get', `${repo}/actions/artifacts`, '200'],
  ['get', `${repo}/actions/secrets`, '200'],
  ['get', `${repo}/commits/{commit_sha}/pulls`, '200'],
  ['get', `${repo}/pulls/{pull_number}/reviews`, '200'],
  ['get', `${repo}/deployments`, '200'],
  ['get', `${repo}/deployments/{deployment_id}`, '200'],
  ['get', `${repo}/deployments/{deployment_id}/statuses`, '200'],
  ['get', `${repo}/environments`, '200'],
  ['get', `${repo}/commits/{ref}`, '200'],
  ['get', `${repo}/code-scanning/alerts`, '200'],
  ['get', `${repo}/dependabot/alerts`, '200'],
  ['get', `${repo}/releases`, '200'],
  ['get', `${repo}/issues/{issue_number}`, '200'],
  ['post', `${repo}/issues`, '201'],
  ['get', '/rate_limit', '200'],
];

/** Annotations, which do not restrict a value. */
const annotations: ReadonlySet<string> = new Set([
  'description',
  'example',
  'examples',
  'title',
  'deprecated',
  'externalDocs',
  'default',
  'x-github-breaking-changes',
]);

type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isSchema(value) ? Object.entries(value) : [];

const withoutAnnotations = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutAnnotations);
  if (!isSchema(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !annotations.has(name))
      .map(([name, inner]) => [
        name,
        // The names of properties are not keywords.
        name === 'properties'
          ? Object.fromEntries(
              entriesOf(inner).map(([property, schema]) => [property, withoutAnnotations(schema)]),
            )
          : withoutAnnotations(inner),
      ]),
  );
};

/** Objects of at least this size are shared when they repeat, in characters of JSON. */
const sharedSize = 300;

/** Replaces repeated objects by references to `definitions`. */
const sharing = (roots: readonly unknown[]) => {
  const counts = new Map<string, number>();
  const count = (value: unknown): void => {
    if (isSchema(value)) {
      const key = JSON.stringify(value);
      if (key.length >= sharedSize && 'properties' in value) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const inner of Array.isArray(value) ? value : Object.values(isSchema(value) ? value : {}))
      count(inner);
  };
  for (const root of roots) count(root);
  const names = new Map<string, string>();
  const definitions: Record<string, unknown> = {};
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (!isSchema(value)) return value;
    const key = JSON.stringify(value);
    const inner = (): unknown =>
      Object.fromEntries(Object.entries(value).map(([name, element]) => [name, replace(element)]));
    if ((counts.get(key) ?? 0) < 2) return inner();
    const known = names.get(key);
    const name = known ?? `shared${names.size + 1}`;
    if (known === undefined) {
      names.set(key, name);
      definitions[name] = inner();
    }
    return { $ref: `#/definitions/${name}` };
  };
  return { replace, definitions };
};

const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => (isSchema(inner) ? inner[name] : undefined), value);

const [directory] = process.argv.slice(2);
if (directory === undefined)
  throw new Error('usage: node scripts/github-openapi.ts DIRECTORY of @octokit/openapi');

const description: unknown = JSON.parse(
  await readFile(join(directory, 'generated/api.github.com.deref.json'), 'utf8'),
);
const schemas = operations.map(([method, path, status]): readonly [string, unknown] => {
  const content = at(description, 'paths', path, method, 'responses', status, 'content');
  const schema = at(content, 'application/json', 'schema');
  if (schema === undefined) throw new Error(`no schema of ${method} ${path} ${status}`);
  return [`${method.toUpperCase()} ${path}`, withoutAnnotations(schema)];
});
const { replace, definitions } = sharing(schemas.map(([, schema]) => schema));
const responses = Object.fromEntries(schemas.map(([name, schema]) => [name, replace(schema)]));
const source = {
  package: '@octokit/openapi',
  version: at(description, 'info', 'version'),
  origin: 'https://github.com/github/rest-api-description',
  license: 'MIT, Copyright (c) 2020 Octokit contributors',
  openapi: at(description, 'openapi'),
};
await writeFile(target, `${JSON.stringify({ source, responses, definitions })}\n`);
console.log(`wrote ${target}: ${schemas.length} responses of ${source.package} ${String(source.version)}`);
