import { words } from './option-table.ts';
/** The way in which a program starts another one that its arguments name. */
export interface Wrapper {
  /** Options with a value in the next item. */
  readonly values: readonly string[];
  /** Options without a value; `*`: all others have none. */
  readonly flags: readonly string[];
  /** Operands before the program: the duration of `timeout`. Default 0. */
  readonly operands?: number;
  /** It starts a program only as one of these sub-commands. */
  readonly verbs?: readonly string[];
  /** The same; the program follows only after `--`, and none follows without it. */
  readonly endVerbs?: readonly string[];
  /** The program follows only after `--`. */
  readonly needsEnd?: true;
  /** `NAME=VALUE` items before the program are variables. */
  readonly sets?: true;
}

const plain = (values: string, flags: string, operands = 0): Wrapper => ({
  values: words(values),
  flags: words(flags),
  operands,
});

const privileged: Wrapper = {
  values: words('-u -g -h -p -C -r -t -T -U -D -R -a --user --group --host --prompt --chdir --chroot'),
  flags: words(
    '-n -H -E -A -b -i -k -K -S -P -s --non-interactive --set-home --preserve-env --login --stdin',
  ),
  sets: true,
};

const container =
  words(`-u --user -w --workdir -e --env --env-file --detach-keys --name --network -v --volume -p --publish -m
  --memory --cpus --label -l --mount --platform --entrypoint -H --host --context --config -c --log-level --index -f --file
  --project-name --project-directory --profile --add-host --hostname -h --link --restart --ulimit --tmpfs --cap-add`);

/** Programs that start another program named in their arguments. */
export const wrappers: Readonly<Record<string, Wrapper>> = {
  bundle: { ...plain('--gemfile', ''), verbs: ['exec'] },
  busybox: plain('', ''),
  cgexec: plain('-g', '--sticky'),
  choom: plain('-n -p --adjust', ''),
  chpst: plain('-u -U -b -e -d -n -l -L -m -o -p -f -c', '-v -P -0 -1 -2'),
  chroot: plain('--userspec --groups', '--skip-chdir', 1),
  chrt: plain('-T -P -D', '-b -f -i -o -r -d -a -v -R', 1),
  command: plain('', '-p'),
  crictl: {
    values: words('-r --runtime-endpoint -c --config --timeout'),
    flags: words('-i -t -s -it'),
    operands: 1,
    verbs: ['exec'],
  },
  daemonize: plain('-c -e -o -p -l -u -E', '-a -v'),
  'dbus-run-session': plain('--config-file --dbus-daemon', ''),
  doas: { values: words('-u -C -a'), flags: words('-n -s -L'), sets: true },
  docker: {
    values: container,
    flags: words(
      '-i -t -it -ti -d --rm --interactive --tty --detach --privileged --no-deps --init --read-only -T --no-TTY',
    ),
    operands: 1,
    verbs: words('exec run create'),
  },
  env: {
    values: words('-u --unset -C --chdir -S --split-string'),
    flags: words('-i - -0 -v --ignore-environment --null'),
    sets: true,
  },
  eatmydata: plain('', ''),
  bear: plain('-o --output --config', '-a --append'),
  calife: plain('', ''),
  catatonit: plain('', '-g -h -V'),
  ccache: plain('', ''),
  daemon: plain('-n -u -e -o -l -L --name --user --output --stdout --stderr', '-r -f --respawn --foreground'),
  distcc: plain('', ''),
  'dumb-init': plain('-r --rewrite', '-c -v --single-child --verbose'),
  envdir: plain('', '', 1),
  gdbserver: plain('', '--once --multi', 1),
  gksudo: plain('-u --user', '-k'),
  kdesu: plain('-u -c', ''),
  lockrun: plain('-L --lockfile', '-Q -W --quiet --wait'),
  'scan-build': plain('-o -k', '-v'),
  setuidgid: plain('', '', 1),
  softlimit: plain('-a -c -d -f -l -m -o -p -r -s -t', ''),
  'ssh-agent': plain('-a -t -E -O', '-c -s -d -D'),
  'systemd-cat': plain('-t -p --identifier --priority', ''),
  'systemd-inhibit': plain('', ''),
  tini: plain('-p -e', '-s -v -vv -vvv -w -g -l'),
  'with-contenv': plain('', ''),
  exec: plain('-a', '-c -l'),
  fakeroot: plain('-l -s -i -b --lib --faked', '-u'),
  firejail: plain('', ''),
  flock: plain(
    '-w --timeout --wait -E --conflict-exit-code',
    '-n -x -s -e -u -o -F --nonblock --exclusive --shared',
    1,
  ),
  gosu: plain('', '', 1),
  heaptrack: plain('-o -p', '-r'),
  ionice: plain('-c -n -p --class --classdata --pid', '-t --ignore'),
  kubectl: {
    values: words(
      '-n --namespace -c --container --context --cluster --kubeconfig --request-timeout -s --server --user --as -f --filename --pod-running-timeout',
    ),
    flags: words('-i -t -it -ti -q --stdin --tty --quiet'),
    operands: 1,
    verbs: ['exec'],
    endVerbs: words('run debug create'),
    needsEnd: true,
  },
  ltrace: plain('-e -o -p -s -u -l -x -n -a -A -D -F', '-f -c -C -i -r -S -t -T -tt'),
  nice: plain('-n --adjustment', ''),
  nohup: plain('', ''),
  nsenter: plain(
    '-t --target -S --setuid -G --setgid',
    '-a --all -m -u -i -n -p -U -C -T -r -w -F --mount --uts --ipc --net --pid --user --cgroup --time --root --wd --preserve-credentials',
  ),
  numactl: plain('-N -m -C -p -P', '-i -l -s -H'),
  prlimit: plain('-p --pid -o --output', ''),
  proot: plain('-r -b -w -q -k', '-0 -S'),
  proxychains: plain('-f', '-q'),
  pkexec: plain('--user', '--disable-internal-agent --keep-cwd'),
  runuser: plain(
    '-u --user -g --group -G -c --command -s --shell',
    '-l -p -m -f --login --preserve-environment',
  ),
  setpriv: plain(
    '--reuid --regid --groups --inh-caps --bounding-set',
    '--clear-groups --init-groups --nnp --no-new-privs --reset-env',
  ),
  's6-setuidgid': plain('', '', 1),
  setarch: plain('', '-R -v -X', 1),
  setarch32: plain('', '-R -v -X'),
  setsid: plain('', '-c -f -w --ctty --fork --wait'),
  sshpass: plain('-p -f -d -P', '-e -v'),
  stdbuf: plain('-i -o -e --input --output --error', ''),
  strace: plain(
    '-e -o -p -s -u -E -P -S -a -b -I -O -X',
    '-f -ff -c -C -q -qq -r -t -tt -ttt -T -v -x -xx -y -yy -i -k',
  ),
  su: plain('-c --command -g --group -G -s --shell', '- -l -p -m -f --login --preserve-environment', 1),
  'su-exec': plain('', '', 1),
  sudo: privileged,
  'systemd-run': plain(
    '-p --property -u --unit -E --setenv -M --machine -H --host --uid --gid --nice --slice --description --on-active --on-calendar --working-directory',
    '-t -P -G -q -r -d -S --pty --pipe --collect --quiet --scope --user --system --wait --no-block --remain-after-exit --same-dir --no-ask-password',
  ),
  taskset: plain('-p --pid', '-a -c --cpu-list --all-tasks', 1),
  time: plain('-f -o --format --output', '-a -p -v --append --portability --verbose'),
  timeout: plain('-s -k --signal --kill-after', '-f -v -p --foreground --preserve-status --verbose', 1),
  torsocks: plain('-u -p -a -P --user --pass', '-i -d -q --shell'),
  toybox: plain('', ''),
  unbuffer: plain('', '-p'),
  unshare: plain(
    '-S -G -R -w --setuid --setgid --root --wd',
    '-m -u -i -n -p -U -C -T -r -f --mount --uts --ipc --net --pid --user --fork --map-root-user',
  ),
  valgrind: plain('', ''),
  'xvfb-run': plain(
    '-e -f -n -p -s -w --error-file --auth-file --server-num --server-args',
    '-a -l --auto-servernum',
  ),
  xargs: plain(
    '-n -P -I -L -d -s -a -E --max-args --max-procs --replace --max-lines --delimiter --max-chars --arg-file',
    '-0 -r -t -p -x -o -i -l --null --no-run-if-empty --verbose --interactive --exit --open-tty',
  ),
  perf: {
    values: words('-F -p -t -o -e -C -g -c -i --freq --pid --output --event --call-graph'),
    flags: words('-g -a -v -q -s --all-cpus'),
    verbs: words('record stat trace'),
    needsEnd: true,
  },
};
