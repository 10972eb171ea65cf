import { basename } from 'node:path';
import { defined } from '../../domain/base/defined.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import type { YamlFields } from './yaml-fields.ts';

/** A credential plugin of a kubeconfig. Source: client.authentication.k8s.io, v1 and v1beta1. */
export interface ExecEntry {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** True: it does not run without a terminal. */
  readonly wantsTerminal: boolean;
  readonly wantsCluster: boolean;
  /** Installation hint from the kubeconfig. */
  readonly installHint?: string;
}

const group = 'client.authentication.k8s.io';
const versions = [`${group}/v1`, `${group}/v1beta1`];
const modes = ['Never', 'IfAvailable', 'Always'];

/**
 * Parses a user's `exec:` and registers secrets in its arguments for masking. Throws WireError `malformed` with the
 * position of the problem.
 */
export const parseExecEntry = (entry: YamlFields): ExecEntry => {
  const args = entry.texts('args');
  for (const secret of secretsOf(args)) secretMasker.add(secret);
  const apiVersion = entry.text('apiVersion') ?? `${group}/v1`;
  if (!versions.includes(apiVersion))
    throw entry.wrong(
      `apiVersion must be ${versions.join(' or ')}. Regenerate this entry with a newer version of the login tool`,
      'apiVersion',
    );
  const mode = entry.text('interactiveMode') ?? 'IfAvailable';
  if (!modes.includes(mode))
    throw entry.wrong(`interactiveMode must be one of ${modes.join(', ')}`, 'interactiveMode');
  const command = entry.text('command');
  if (command === undefined) throw entry.wrong('exec has no command. Add command: to the entry');
  const installHint = entry.text('installHint')?.trim();
  return {
    apiVersion,
    command,
    args,
    env: Object.fromEntries(entry.each('env').map((yamlFields) => variableOf(yamlFields))),
    wantsTerminal: mode === 'Always',
    wantsCluster: entry.flag('provideClusterInfo'),
    ...defined({ installHint }),
  };
};

const variableOf = (variable: YamlFields): readonly [string, string] => {
  const name = variable.text('name');
  if (name === undefined) throw variable.wrong('an env entry of exec has no name. Add name: to the entry');
  return [name, variable.text('value') ?? ''];
};

const secretFlag = /^-{1,2}[\w-]*(?:secret|password|token)[\w-]*(?:=|$)/i;

const secretsOf = (args: readonly string[]): readonly string[] =>
  args.flatMap((arg, index) => {
    if (!secretFlag.test(arg)) return [];
    const next = args[index + 1];
    return arg.includes('=')
      ? [arg.slice(arg.indexOf('=') + 1)]
      : next?.startsWith('-') === false
        ? [next]
        : [];
  });

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`);

/** The command line for display, without secrets. */
export const execCommandLine = ({ command, args }: ExecEntry): string => {
  const hidden = new Set(secretsOf(args));
  const words = args.map((arg) => {
    if (hidden.has(arg)) return '…';
    return secretFlag.test(arg) && arg.includes('=') ? `${arg.slice(0, arg.indexOf('='))}=…` : quoted(arg);
  });
  return secretMasker.mask([quoted(command), ...words].join(' '));
};

const afterFlag = (args: readonly string[], flag: string): string | undefined => {
  const index = args.indexOf(flag);
  return index < 0 ? args.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1) : args[index + 1];
};

/**
 * The argv that renews the login of the plugin's tool; [] if unknown. Contains none of the entry's own arguments
 * except a profile name.
 */
export const loginArgv = (entry: ExecEntry): readonly string[] => {
  const profile = afterFlag(entry.args, '--profile') ?? entry.env.AWS_PROFILE;
  switch (toolOf(entry)) {
    case 'aws':
    case 'aws-iam-authenticator':
      return ['aws', 'sso', 'login', ...(profile === undefined ? [] : ['--profile', profile])];
    case 'gke-gcloud-auth-plugin':
    case 'gcloud':
      return ['gcloud', 'auth', 'login'];
    case 'kubelogin':
      return entry.args.includes('--server-id') ? ['az', 'login'] : [];
    case 'doctl':
      return ['doctl', 'auth', 'init'];
    case 'tsh':
      return ['tsh', 'login'];
    default:
      return [];
  }
};

/** Error texts of tools that require a new login: aws, gcloud, azure (AADSTS), oidc, teleport. */
const wantsLogin =
  /expired|log ?in|logged|sso|re-?auth|credential|unauthorized|invalid_grant|AADSTS|session|(?:refresh|id|access) token|token .*(?:invalid|revoked)/i;

/** True for plugin output that indicates an expired login. */
export const isLoginExpiredText = (diagnostic: string): boolean => wantsLogin.test(diagnostic);

const toolOf = ({ command }: ExecEntry): string => basename(command).replace(/\.exe$/, '');

/** The remedy for an expired login, by the plugin's tool. */
export const loginRemedy = (entry: ExecEntry): string => {
  const profile = afterFlag(entry.args, '--profile') ?? entry.env.AWS_PROFILE;
  const own = `log in manually: ${execCommandLine(entry)}`;
  switch (toolOf(entry)) {
    case 'aws':
    case 'aws-iam-authenticator':
      return `log in again: aws sso login${profile === undefined ? '' : ` --profile ${quoted(profile)}`} (or renew the keys in use)`;
    case 'gke-gcloud-auth-plugin':
    case 'gcloud':
      return 'log in again: gcloud auth login';
    case 'kubelogin':
      return entry.args.includes('--server-id') ? 'log in again: az login' : own;
    case 'doctl':
      return 'log in again: doctl auth init';
    case 'tsh':
      return 'log in again: tsh login';
    default:
      return own;
  }
};
