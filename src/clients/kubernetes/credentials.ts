import type { Clock } from '../../platform/clock.ts';
import { WireError } from '../../platform/failures.ts';
import { RemediedError } from '../../platform/fault.ts';
import { openReadFiles } from '../../platform/files/read-files.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { within } from '../../platform/within.ts';
import type { FoundContext } from './entries.ts';
import { type Credential, runPlugin } from './exec.ts';
import { loginArgv, loginRemedy } from './exec-entry.ts';
import type { KubeLogin } from './kube.ts';

type Headers = Readonly<Record<string, string>>;

/** What shows who we are. */
export interface Credentials {
  headers(signal: AbortSignal): Promise<Headers>;
  /** Of the last `headers`: a certificate that a plugin gave. */
  certificate(): { readonly cert: string; readonly key: string } | undefined;
  readonly login: KubeLogin;
  close(): void;
}

const bearer = (token: string): Headers => {
  const plain = token.trim();
  masker.add(plain);
  return { authorization: `Bearer ${plain}` };
};

const none = { certificate: () => undefined, close: () => {} };

/**
 * The credentials of a context's user; what is written down counts before an exec plugin, as client-go has it. Throws WireError for a
 * login that cannot be used here.
 */
export const credentialsOf = (found: FoundContext, ca: string | undefined, clock: Clock): Credentials => {
  const { user, context } = found;
  const words = `renew the login of user "${user.name}" (context ${context.name}) in the kubeconfig`;
  const { token, tokenFile, username, provider } = user;
  if (tokenFile !== undefined)
    return {
      ...none,
      login: { words: `renew ${tokenFile}`, argv: [] },
      headers: (signal) => tokenIn(tokenFile, token, signal),
    };
  const always = (headers: Headers): Credentials => ({
    ...none,
    login: { words, argv: [] },
    headers: async () => headers,
  });
  if (token !== undefined) return always(bearer(token));
  if (username !== undefined) return always(basic(username, user.password ?? ''));
  if (user.exec !== undefined) return pluginCredentials(found, ca, clock);
  if (provider?.idToken !== undefined) return always(bearer(provider.idToken));
  if (provider !== undefined)
    throw new RemediedError(
      'unconfigured',
      `user "${user.name}" logs in by auth-provider ${provider.name}, which Kubernetes has given up`,
      'let its kubeconfig name an exec plugin: gke-gcloud-auth-plugin, kubelogin',
    );
  return always({});
};

const basic = (username: string, password: string): Headers => {
  masker.add(password);
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
};

const files = openReadFiles((signal) => signal);

/** The token of a file, read again each time; `otherwise` where there is no such file. */
const tokenIn = async (
  path: string,
  otherwise: string | undefined,
  signal: AbortSignal,
): Promise<Headers> => {
  try {
    return bearer((await files.read(path, { from: 'head', maxBytes: 64 * 1024 }, signal)).raw);
  } catch (error) {
    if (otherwise !== undefined && error instanceof WireError && error.kind === 'missing')
      return bearer(otherwise);
    throw error instanceof WireError
      ? new WireError(error.kind, `token file ${path} ${error.message}`)
      : error;
  }
};

/**
 * A plugin is run once for all who ask, and lives on when one of them stops waiting: else a plugin that takes longer
 * than a read may would never come to its end.
 */
const pluginCredentials = (
  { user, cluster }: FoundContext,
  ca: string | undefined,
  clock: Clock,
): Credentials => {
  const { exec: entry, dir } = user;
  if (entry === undefined) throw new Error('no plugin');
  const closing = new AbortController();
  let given: Credential | undefined;
  let running: Promise<Credential> | undefined;
  const isGood = (one: Credential): boolean =>
    one.until === undefined || one.until > clock.now() + clock.wallOffset();
  const run = (): Promise<Credential> => {
    running ??= runPlugin({ entry, dir, cluster, clock, ...(ca === undefined ? {} : { ca }) }, closing.signal)
      .then((one) => {
        given = one;
        return one;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  return {
    login: { words: loginRemedy(entry), argv: loginArgv(entry) },
    headers: async (signal) => {
      const one = given !== undefined && isGood(given) ? given : await within(signal, run);
      return one.token === undefined ? {} : bearer(one.token);
    },
    certificate: () =>
      given?.cert === undefined || given.key === undefined ? undefined : { cert: given.cert, key: given.key },
    close: () => closing.abort(new WireError('cancelled', 'this source is closed')),
  };
};
