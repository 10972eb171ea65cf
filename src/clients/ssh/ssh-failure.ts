import type { FaultKind } from '../../domain/base/fault.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { LoginExpiredError, RemediedError } from '../../platform/network/to-fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';

interface Known {
  readonly pattern: RegExp;
  readonly kind: FaultKind;
  readonly why: string;
  readonly remedy?: (address: string, err: string, typed: string) => string;
  /** The argv that may renew an expired login or reload the agent. */
  readonly login?: readonly string[];
}

const hostOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/**
 * The ssh-keygen options that remove a host key. An alias differs from the stored name, and the file may not be the
 * default one.
 */
const forgetting = (address: string, err: string): string => {
  const [, file = ''] = /^Offending \S+ key in (\/[\w./-]+):\d+/m.exec(err) ?? [];
  const [, name = hostOf(address)] = /^Host key for ([\w.:[\]-]+) has changed/m.exec(err) ?? [];
  const quoted = /[[\]]/.test(name) ? `'${name}'` : name;
  return `${file === '' ? '' : ` -f ${file}`} -R ${quoted}`;
};

/** Final messages of the OpenSSH client (9.x; sshconnect.c, sshconnect2.c, packet.c, clientloop.c). */
const known: readonly Known[] = [
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|POSSIBLE DNS SPOOFING|Host key for .* has changed/i,
    kind: 'wrong-system',
    why: 'the host key has changed: a different machine, or a reinstalled one, refused',
    remedy: (address, err) =>
      `ask the administrator of this host whether the key has changed. Only then run ssh-keygen${forgetting(address, err)}, and connect once manually`,
  },
  {
    pattern: /revoked/i,
    kind: 'denied',
    why: 'the host key has been revoked, so SSH refused the connection',
    remedy: () => 'ask the administrator of this host',
  },
  {
    pattern: /Host key verification failed|host key is known for/i,
    kind: 'denied',
    why: 'the host key is unknown, so SSH refused the connection',
    remedy: (_address, _err, typed) => `connect once manually and compare the fingerprint: ${typed}`,
  },
  {
    pattern: /certificate (?:has )?expired|Certificate invalid: expired/i,
    kind: 'denied',
    why: 'login expired: the SSH certificate has expired',
    remedy: () =>
      'get a new certificate from your CA (with the program in login: of the profile), then run ssh-add',
    login: [],
  },
  {
    pattern: /agent refused operation|agent has no identities|error fetching identities/i,
    kind: 'denied',
    why: 'login expired: the SSH agent provides no key',
    remedy: (_address, _err, typed) => `unlock the SSH agent and load the key (ssh-add). Then try: ${typed}`,
    login: ['ssh-add'],
  },
  {
    pattern: /Permission denied \([^)]*password/i,
    kind: 'denied',
    why: 'the host accepts none of your keys, and opsdeck never enters a password',
    remedy: (address) => `install your key on the host (ssh-copy-id ${address}), or load a key with ssh-add`,
  },
  {
    pattern: /Permission denied|Too many authentication failures|no more authentication methods/i,
    kind: 'denied',
    why: 'the host accepts none of your keys',
    remedy: (_address, _err, typed) =>
      `load the key into the agent (ssh-add -l lists loaded keys), or set IdentityFile in ssh_config. Try: ${typed}`,
    login: ['ssh-add'],
  },
  {
    pattern: /Could not resolve hostname|Name or service not known|nodename nor servname/i,
    kind: 'unreachable',
    why: 'the host name does not resolve: check the name, or HostName in ssh_config',
  },
  { pattern: /Connection refused/i, kind: 'unreachable', why: 'connection refused' },
  {
    pattern: /timed out|Timeout, server/i,
    kind: 'timeout',
    why: 'no answer from the host: the connection timed out. Check the address, firewalls and the VPN',
  },
  {
    pattern: /No route to host|Network is unreachable|Host is down/i,
    kind: 'unreachable',
    why: 'there is no route to the host: check the VPN',
  },
  {
    pattern:
      /invalid format|Bad packet|protocol (?:mismatch|error)|bad remote protocol|no matching|message authentication|incorrect signature|Unable to negotiate|banner line contains|Corrupted|Bad configuration option/i,
    kind: 'malformed',
    why: 'no SSH server answers at this port: check Port in ssh_config',
  },
  {
    pattern:
      /Connection (?:closed|reset)|closed by remote host|Broken pipe|lost connection|Disconnected|unexpectedly|kex_exchange/i,
    kind: 'unreachable',
    why: 'connection lost',
  },
];

/** The last line is the reason; earlier lines are often warnings about it. */
const wordsOf = (err: string): string => {
  const lines = err.split('\n').filter((line) => line.trim() !== '' && !/^@+$/.test(line.trim()));
  return oneLine(lines.at(-1) ?? '');
};

/**
 * Classifies ssh's own message about a failed connection; undefined for any other text. `typed`: the equivalent
 * command line, with the config file in use.
 */
export const classifySshFailure = (
  err: string,
  address: string,
  typed = `ssh ${address}`,
): WireError | undefined => {
  const failure = known.find(({ pattern }) => pattern.test(err));
  if (failure === undefined) return undefined;
  const words = wordsOf(err);
  const message = words === '' ? failure.why : `${failure.why} (${words})`;
  const remedy = failure.remedy?.(address, err, typed);
  if (remedy === undefined) return new WireError(failure.kind, message);
  return failure.login === undefined
    ? new RemediedError(failure.kind, message, remedy)
    : new LoginExpiredError(message, remedy, failure.login);
};

/** Explains exit status 255 of ssh, before any remote program ran. */
export const toSshError = (err: string, address: string, typed?: string): WireError => {
  const words = wordsOf(err);
  return (
    classifySshFailure(err, address, typed) ??
    new WireError(
      'unreachable',
      words === ''
        ? 'ssh failed without a message: run the same ssh command by hand'
        : `ssh failed: ${words}`,
    )
  );
};
