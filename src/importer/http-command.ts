import type { Danger } from '../domain/runbooks/operation.ts';
import { mostDangerous } from '../runs/policy/danger.ts';
import {
  hasOption,
  isExpansion,
  type OptionSpec,
  type ParsedOptions,
  parseOptions,
  valuesOf,
} from './options.ts';

const curlSpec: OptionSpec = {
  flags: 'sSfivILkgNGjaOJ046#qn',
  valued: 'XHdFToDcbAeumwxyYrE',
  long: '--silent --show-error --fail --fail-with-body --include --verbose --head --location --insecure --globoff --no-buffer --get --compressed --http1.1 --http2 --http1.0 --http3 --ipv4 --ipv6 --progress-bar --no-progress-meter --remote-name --remote-header-name --fail-early --tlsv1.2 --tlsv1.3 --path-as-is --retry-connrefused --retry-all-errors --version --help --netrc',
  longValued:
    '--request --header --data --data-raw --data-binary --data-ascii --data-urlencode --json --form --form-string --upload-file --output --dump-header --cookie-jar --cookie --user-agent --referer --user --max-time --connect-timeout --write-out --retry --retry-delay --retry-max-time --cacert --capath --cert --key --proxy --noproxy --resolve --connect-to --url --url-query --range --limit-rate --max-redirs --oauth2-bearer --interface --unix-socket',
};

const bodies = ['-d', '--data', '--data-raw', '--data-binary', '--data-ascii', '--data-urlencode', '--json'];
const uploads = ['-F', '--form', '--form-string', '-T', '--upload-file'];

/** The request of curl, and the files that it writes. Undefined when an option is not known. */
interface CurlRequest {
  readonly parsed: ParsedOptions;
  /** Every method that is named; the last one counts for curl, the most dangerous one for the danger. */
  readonly methods: readonly string[];
  readonly urls: readonly string[];
  readonly writes: boolean;
}

const isNoFile = (path: string): boolean => path === '-' || path === '/dev/null' || path === '/dev/stderr';

const curlRequest = (words: readonly string[]): CurlRequest | undefined => {
  const parsed = parseOptions(words, curlSpec);
  if (parsed === undefined || parsed.operands.some(isExpansion)) return undefined;
  const urls = [...parsed.operands, ...valuesOf(parsed, '--url')];
  // Other protocols have commands of their own. Formats of --write-out can name files.
  if (urls.some((url) => /^[a-z0-9+.-]+:\/\//i.test(url) && !/^https?:\/\//i.test(url))) return undefined;
  if (valuesOf(parsed, '-w', '--write-out').some((format) => /^@|%output|\$/.test(format))) return undefined;
  const implied = hasOption(parsed, '-T', '--upload-file')
    ? 'PUT'
    : hasOption(parsed, ...bodies, ...uploads) && !hasOption(parsed, '-G', '--get')
      ? 'POST'
      : hasOption(parsed, '-I', '--head')
        ? 'HEAD'
        : 'GET';
  const named = valuesOf(parsed, '-X', '--request').map((method) => method.toUpperCase());
  const override = valuesOf(parsed, '-H', '--header').flatMap(
    (line) => /^x-(?:http-)?method(?:-override)?\s*:\s*(.*)$/i.exec(line)?.[1]?.trim().toUpperCase() ?? [],
  );
  const files = valuesOf(parsed, '-o', '--output', '-D', '--dump-header', '-c', '--cookie-jar');
  return {
    parsed,
    methods: [...(named.length > 0 ? named : [implied]), ...override],
    urls,
    writes: hasOption(parsed, '-O', '--remote-name', '-J', '--remote-header-name') || !files.every(isNoFile),
  };
};

const systemFile = /^\/(?:dev|etc|proc|sys|boot|usr|bin|sbin|lib)\//;

/** A method that is not known may do anything. */
const methodDanger = (method: string): Danger => {
  if (/^(?:GET|HEAD|OPTIONS)$/.test(method)) return 'read';
  return /^(?:POST|PUT|PATCH)$/.test(method) ? 'disruptive' : 'destructive';
};

/** Paths of known servers whose request deletes, whatever its method is called. */
const deletingPath =
  /\/_delete_by_query\b|\/admin\/tsdb\/delete_series\b|\/_(?:close|freeze)\b|accept_data_loss|\/_dangling\/|[/_](?:delete|drop|truncate|wipe|destroy|erase)(?:[-_]\w+)?(?:[/?]|$)/i;

/** The danger of curl; undefined when an option is not known (`-K`, `--next`, `-Q`). */
export const curlDanger = (words: readonly string[]): Danger | undefined => {
  const request = curlRequest(words);
  if (request === undefined) return undefined;
  const files = valuesOf(request.parsed, '-o', '--output', '-D', '--dump-header', '-c', '--cookie-jar');
  const isSystem = files.some((path) => !isNoFile(path) && systemFile.test(path));
  const sent = [...request.urls, ...valuesOf(request.parsed, ...bodies)];
  const deletes =
    !request.methods.every((method) => methodDanger(method) === 'read') &&
    sent.some((text) => deletingPath.test(text));
  return mostDangerous([
    ...request.methods.map(methodDanger),
    deletes ? 'destructive' : 'read',
    isSystem ? 'destructive' : request.writes ? 'safe' : 'read',
  ]);
};

/** A request that a source can send as it is written. Undefined when something of it would be lost. */
export const curlCall = (
  words: readonly string[],
):
  | {
      readonly method: string;
      readonly url: string;
      readonly headers: readonly string[];
      readonly body: string | undefined;
    }
  | undefined => {
  const request = curlRequest(words);
  const [method, ...otherMethods] = request?.methods ?? [];
  const [url, ...otherUrls] = request?.urls ?? [];
  if (request === undefined || method === undefined || url === undefined || !/^https?:\/\//.test(url))
    return undefined;
  if (otherMethods.length > 0 || otherUrls.length > 0 || request.writes) return undefined;
  const shown =
    /^-[sSfivLkgN#046XHdm]$|^--(?:silent|show-error|fail|fail-with-body|include|verbose|location|insecure|globoff|no-buffer|compressed|http\S*|ipv[46]|progress-bar|no-progress-meter|max-time|connect-timeout|retry\S*|request|header|data|data-raw|json|url)$/;
  if (!request.parsed.options.every(({ name }) => shown.test(name))) return undefined;
  const sent = valuesOf(request.parsed, ...bodies);
  const [body] = sent;
  // `@file` is the content of a file; --data-raw has none.
  if (sent.length > 1 || (body?.startsWith('@') && !hasOption(request.parsed, '--data-raw')))
    return undefined;
  return { method, url, headers: valuesOf(request.parsed, '-H', '--header'), body };
};

const wgetSpec: OptionSpec = {
  flags: 'qvdScN46',
  valued: 'OoPTtUw',
  long: '--spider --quiet --verbose --no-verbose --server-response --no-check-certificate -nv -nc -nd --continue --content-on-error',
  longValued:
    '--output-document --output-file --directory-prefix --timeout --tries --user-agent --header --method --post-data --post-file --body-data --body-file --user --password --ca-certificate --wait',
};

/** The danger of wget: it saves a file, unless it only asks whether there is one. */
export const wgetDanger = (words: readonly string[]): Danger | undefined => {
  const parsed = parseOptions(words, wgetSpec);
  if (parsed === undefined || parsed.operands.some(isExpansion)) return undefined;
  const methods = valuesOf(parsed, '--method').map((method) => method.toUpperCase());
  const posts = hasOption(parsed, '--post-data', '--post-file', '--body-data', '--body-file') ? ['POST'] : [];
  const files = valuesOf(parsed, '-O', '--output-document', '-o', '--output-file');
  const isOverride = valuesOf(parsed, '--header').some((line) => /^x-(?:http-)?method/i.test(line));
  // A page on standard output leaves no file.
  const isShown =
    (hasOption(parsed, '--spider') || valuesOf(parsed, '-O', '--output-document').length > 0) &&
    files.every(isNoFile);
  const isSystem = files.some((path) => !isNoFile(path) && systemFile.test(path));
  return mostDangerous([
    ...[...methods, ...posts].map(methodDanger),
    isOverride || isSystem ? 'destructive' : isShown ? 'read' : 'disruptive',
  ]);
};
