import { LineCounter, stringify } from 'yaml';
import type { KubeCall } from '../../../../clients/kubernetes/reading.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { sentenceCase } from '../../../../domain/text/sentence-case.ts';
import { parseYamlDocuments } from '../../../../domain/yaml/bounded-yaml.ts';
import { YamlLimitError } from '../../../../domain/yaml/yaml-limits.ts';
import type { ReadFiles } from '../../../../platform/files/file-interfaces.ts';
import { oneLine } from '../../../../platform/masking/sanitize.ts';
import { resolveLocalPath } from '../../../kit/operations/local-files.ts';
import { field, list, text } from '../../../kit/values/wire-value.ts';
import { type ApiResource, apiRoot, findApiResource, objectPath } from '../../api/api-resources.ts';
import { getIfExists, type KubeClient } from '../../api/client.ts';
import type { KubeParts } from '../../api/parts.ts';
import { shortHash } from '../write/field-diff.ts';
import { resolveNamespace } from '../write/find-object.ts';
import { redactObject } from '../write/redact-object.ts';

/**
 * Resolves the kind of a manifest and its API path: a built-in kind, or through API discovery. Throws WireError,
 * PlanError.
 */
const servedKind = async (
  client: KubeClient,
  { apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>,
  signal: AbortSignal,
): Promise<ApiResource> => {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const known = findApiResource(kind);
  if (known !== undefined && known.group === group) return { ...known, version };
  const resources = field(await getIfExists(client, apiRoot({ group, version }), signal), 'resources');
  const resource = list(resources).find(
    (value) => text(field(value, 'kind')) === kind && text(field(value, 'name'))?.includes('/') === false,
  );
  const plural = text(field(resource, 'name'));
  if (plural === undefined)
    throw new PlanError(
      'failed',
      `the API server has no ${kind} in ${apiVersion}: check the manifest, and whether the CRD is installed`,
    );
  const isNamespaced = field(resource, 'namespaced') === true;
  return { singular: kind.toLowerCase(), kind, plural, group, version, shortNames: [], isNamespaced };
};

/** The call that applies a manifest. */
interface ManifestCall {
  readonly kind: ApiResource;
  /** '*' for cluster-scoped kinds. */
  readonly namespace: string;
  /** Path of the object itself. */
  readonly path: string;
  readonly call: KubeCall;
}

/**
 * Builds the server-side apply of one document. `namespace`: the default when the document names none. Throws
 * WireError, PlanError.
 */
export const applyManifestCall = async (
  parts: KubeParts,
  manifest: Manifest,
  { namespace: requestedNamespace, force = false }: { readonly namespace?: string; readonly force?: boolean },
  signal: AbortSignal,
): Promise<ManifestCall> => {
  const kind = await servedKind(parts.client, manifest, signal);
  const own = manifest.namespace ?? requestedNamespace;
  const namespace = kind.isNamespaced ? await resolveNamespace(parts, own, signal) : '*';
  const path = objectPath(kind, namespace, manifest.name);
  const call: KubeCall = {
    method: 'PATCH',
    path: `${path}?fieldManager=opsdeck&force=${force}`,
    contentType: 'application/apply-patch+yaml',
    body: manifest.text,
  };
  return { kind, namespace, path, call };
};

const maxManifestBytes = 1024 * 1024;
const manifestExtensions = '{yaml,yml,json}';

/** One object declared in a file. */
export interface Manifest {
  readonly file: string;
  /** Index of the document in its file, from 1. */
  readonly nth: number;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  /** As written in the file: the API server parses YAML by its own rules (0644 is octal there). */
  readonly text: string;
  /** The same for display, without secret values. */
  readonly shown: string;
  /** Hash of the text. */
  readonly print: string;
}

/** Cuts out a document as written: its root begins at the start of its line, unless it shares the line with `---`. */
const sliceDocument = (source: string, begin: number, end: number): string => {
  const lineStart = source.lastIndexOf('\n', begin - 1) + 1;
  const isIndent = source.slice(lineStart, begin).trim() === '';
  return source.slice(isIndent ? lineStart : begin, end);
};

/** Rejects a name that would change the path of the request. Source: Kubernetes, IsValidPathSegmentName. */
const requirePlainName = (name = 'x', refuse: (why: string) => PlanError): void => {
  if (/^\.{0,2}$|[/%]/.test(name))
    throw refuse(`"${oneLine(name, 60)}" is not an object name: use a-z, 0-9, - and .`);
};

const documentsOf = (file: string, source: string, lineCounter: LineCounter) => {
  try {
    return parseYamlDocuments(source, { lineCounter });
  } catch (error) {
    if (error instanceof YamlLimitError)
      throw new PlanError('failed', `${file}: ${error.message}. ${sentenceCase(error.todo)}`);
    throw error;
  }
};

/**
 * Parses the objects of a file, one per document. Throws PlanError for invalid YAML or a document that is not an
 * object.
 */
export const parseManifests = (file: string, source: string): readonly Manifest[] => {
  const lineCounter = new LineCounter();
  return documentsOf(file, source, lineCounter).flatMap((document, index): readonly Manifest[] => {
    const nth = index + 1;
    const refuse = (why: string): PlanError => new PlanError('failed', `${file}, document ${nth}: ${why}`);
    const [error] = document.errors;
    if (error !== undefined) {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      throw refuse(`${oneLine(error.message)} at line ${line}, column ${col}`);
    }
    const range = document.contents?.range;
    if (range === undefined || range === null) return [];
    const object: unknown = document.toJS();
    if (object === null) return [];
    const metadata = field(object, 'metadata');
    const apiVersion = text(field(object, 'apiVersion'));
    const kind = text(field(object, 'kind'));
    const name = text(field(metadata, 'name'));
    const namespace = text(field(metadata, 'namespace'));
    if (apiVersion === undefined || kind === undefined)
      throw refuse('apiVersion or kind of the object is missing. Add both keys');
    if (kind.endsWith('List')) throw refuse(`a ${kind} cannot be applied: use one document per object`);
    if (name === undefined) throw refuse(`the ${kind} has no name. Add metadata.name`);
    for (const part of [name, namespace]) requirePlainName(part, refuse);
    const body = sliceDocument(source, range[0], range[1]);
    const where = namespace === undefined ? {} : { namespace };
    return [
      {
        file,
        nth,
        apiVersion,
        kind,
        name,
        ...where,
        text: body,
        shown: stringify(redactObject(object)),
        print: shortHash(body),
      },
    ];
  });
};

/** Lists the files of a path: the file itself, those of a directory, or those that match a glob. Throws WireError. */
const listManifestFiles = async (
  files: ReadFiles,
  path: string,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const paths = await files.list(path, signal);
  const all = await Promise.all(
    paths.map(async (part) => {
      const { kind } = await files.stat(part, signal);
      return kind === 'directory' ? files.list(`${part}/*.${manifestExtensions}`, signal) : [part];
    }),
  );
  return all.flat();
};

/** Reads the objects of all these files, in the given order. Throws WireError, PlanError. */
export const readManifests = async (
  files: ReadFiles,
  paths: readonly string[],
  dir: string,
  signal: AbortSignal,
): Promise<readonly Manifest[]> => {
  const manifests: Manifest[] = [];
  for (const path of paths) {
    const paths = await listManifestFiles(files, resolveLocalPath(path, dir), signal);
    if (paths.length === 0)
      throw new PlanError('not-applicable', `file not found: ${resolveLocalPath(path, dir)}`);
    for (const file of paths) {
      const part = await files.read(file, { from: 'head', maxBytes: maxManifestBytes }, signal);
      if (!part.whole) throw new PlanError('failed', `${file} is larger than 1 MiB. Split the file`);
      manifests.push(...parseManifests(file, part.raw));
    }
  }
  if (manifests.length === 0)
    throw new PlanError(
      'not-applicable',
      `there are no Kubernetes objects in ${paths.join(', ')}: check the paths`,
    );
  return manifests;
};
