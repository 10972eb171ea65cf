import type { Millis } from '../../domain/base/fault.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { Program } from '../processes/program.ts';
import { runMark } from '../processes/program.ts';
import type { Clock } from '../runtime/clock.ts';
import { ProgramError } from '../runtime/wire-error.ts';
import { collectRemoteOutput, type RemoteExec } from './remote-exec.ts';

const firstMs: Millis = 60_000;
const longestMs: Millis = 1_800_000;

/**
 * Tracks programs that exceeded their time limit in containers, where Kubernetes and Docker offer no call to kill
 * them.
 */
interface LeftRunning {
  /** Throws ProgramError during the back-off of that program there, so that hanging checks do not fill a container. */
  refuse(where: string, program: Program): void;
  /** Records that it exceeded its time limit. */
  left(where: string, program: Program): void;
  ended(where: string, program: Program): void;
}

/** Back-off after a program hangs: one minute, doubled up to half an hour, until it ends in time. */
export const createRemoteLeftovers = (now: () => Millis): LeftRunning => {
  const known = new Map<string, { readonly times: number; readonly notBefore: Millis }>();
  const keyOf = (where: string, { argv }: Program): string => JSON.stringify([where, ...argv]);
  return {
    refuse: (where, program) => {
      const { times, notBefore } = known.get(keyOf(where, program)) ?? { times: 0, notBefore: 0 };
      if (now() >= notBefore) return;
      const runs = times === 1 ? 'an earlier run has' : `${times} earlier runs have`;
      throw new ProgramError(
        'timeout',
        `${runs} not ended there. Next attempt in ${formatDuration(notBefore - now())}`,
        {
          remedy:
            'set a time limit: [timeout, "5", PROGRAM]. A program that hangs in a container ends only with the container',
        },
      );
    },
    left: (where, program) => {
      const times = (known.get(keyOf(where, program))?.times ?? 0) + 1;
      const waitMs = Math.min(longestMs, firstMs * 2 ** (times - 1));
      known.set(keyOf(where, program), { times, notBefore: now() + waitMs });
    },
    ended: (where, program) => void known.delete(keyOf(where, program)),
  };
};

/** Describes what became of the processes of a canceled program on this machine. */
export const leftoversText = (error: unknown): string => {
  const left = error instanceof ProgramError ? error.left : [];
  if (left.length === 0) return 'the program and all child processes were killed';
  const ids = left.map((id) => Math.abs(id)).join(', ');
  return `process ${ids} could not be killed and is still running (owned by another user, or in uninterruptible sleep)`;
};

/**
 * The line that announces the identity of a remote program: `PID.SECONDS`, or a mark that only its processes carry.
 */
const announcement = 'opsdeck-pid';

/**
 * Runs in the remote shell before it execs the program. Marks the shell and its descendants with its pid and the time
 * in seconds, because pids are reused, and prints the mark.
 */
export const announceScript = `${runMark}=$$.$(date +%s); export ${runMark}; echo ${announcement} $${runMark}`;

const announced = new RegExp(`^${announcement} (\\d+\\.\\d*)$`);
/** Parses the mark from its announcement; undefined for any other line. */
export const parseAnnouncedMark = (line: string): string | undefined => announced.exec(line)?.[1];

/** '4242' of '4242.1763674000'; '' for a mark without a pid. */
const pidOfMark = (mark: string): string => /^(\d+)\./.exec(mark)?.[1] ?? '';

/**
 * Kills what carries the mark $2, and the process $1: SIGTERM, then SIGKILL two seconds later, again until nothing is left: a shell
 * whose child is killed first may start the next one. Exits with 0 when nothing is left, otherwise with 1 and prints the remaining IDs. `left` lists these IDs without zombies. It uses
 * Linux's /proc (proc(5): environ is empty for a zombie, and unreadable for other users' processes), otherwise the
 * process group. Without -z, busybox grep sees only the first variable of an environ; exits with 3 if grep has no -z.
 */
const script = `p=$1; m=${runMark}=$2
if [ -r /proc/self/environ ]; then
  printf 'a\\0b\\0' | grep -qzxF b || exit 3
  own() { case $(sed 's/.*) //' "/proc/\${p:-none}/stat" 2>/dev/null) in ''|Z*|X*) ;; *) echo "$p";; esac; }
  left() { { own; grep -lszxF "$m" /proc/[0-9]*/environ | tr -dc '0-9\\n'; } | sort -u; }
else
  g=$(ps -o pgid= -p "$p" | tr -d ' '); o=$(ps -o pgid= -p $$ | tr -d ' ')
  left() { [ -z "$g" ] || [ "$g" = "$o" ] || ps -A -o pid= -o pgid= -o state= | awk -v g="$g" '$2 == g && $3 !~ /^Z/ { print $1 }'; }
fi
a=$(left); [ -n "$a" ] || exit 0
kill -TERM $a 2>/dev/null
gone() { i=0; while [ $i -lt "$1" ]; do [ -n "$(left)" ] || return 0; $2; sleep 0.2 2>/dev/null || { sleep 1; i=$((i+4)); }; i=$((i+1)); done; return 1; }
gone 10 : && exit 0
end() { a=$(left); [ -z "$a" ] || kill -KILL $a 2>/dev/null; }
gone 5 end && exit 0
echo $(left); exit 1`;

/** The argv that kills all processes with a mark, to be run on the remote side. */
export const remoteKillArgv = (mark: string): readonly string[] => [
  'sh',
  '-c',
  script,
  'sh',
  pidOfMark(mark),
  mark,
];

interface RemoteKill {
  readonly mark: string;
  readonly clock: Clock;
  /** Runs a program on the same remote side. */
  readonly run: RemoteExec;
  readonly program: Program;
}

/** Time limit in ms: longer than the script's own escalation to SIGKILL, plus the connection. */
const patienceMs: Millis = 6000;

/** Kills the program remotely and describes the result. Never throws. */
export const killRemote = async ({ mark, clock, run, program }: RemoteKill): Promise<string> => {
  const pid = pidOfMark(mark);
  const processText = pid === '' ? 'the program' : `process ${pid}`;
  const { signal, clear } = clock.deadline(patienceMs);
  try {
    const { status, out } = await collectRemoteOutput(run(program, signal));
    if (status === 0) return `${processText} was killed there, with all child processes`;
    const left = status === 1 && /^[\d\s]+$/.test(out) ? out.trim().replaceAll(/\s+/g, ', ') : '';
    return left === ''
      ? `${processText} may still be running, because the remote system has no command to kill processes`
      : `process ${left} could not be killed and is still running`;
  } catch {
    return `${processText} may still be running: it could not be killed${signal.aborted ? ` within ${formatDuration(patienceMs)}` : ''}`;
  } finally {
    clear();
  }
};
