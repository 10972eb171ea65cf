/** The ways an interpreter receives code to execute. */
export interface Interpreter {
  /** The option whose next item is code. */
  readonly flag?: RegExp;
  /** Code and option in one item: `--command=…`. */
  readonly joined?: RegExp;
  /**
   * Without a code option, the first non-option item is code. The map gives options and the number of items that they
   * take.
   */
  readonly first?: Readonly<Record<string, number>>;
  /** True: every following item is code. */
  readonly all?: true;
  /** True: items after its code or script are data. */
  readonly ends?: boolean;
  /** True: items after its code are never options. Perl and Node parse options there as well. */
  readonly isOver?: true;
}

const shell: Interpreter = {
  flag: /^-[a-z]*c[a-z]*$|^--command$/i,
  joined: /^--command=/,
  ends: true,
  isOver: true,
};
const script = (flag: RegExp, joined = /^(?!)/): Interpreter => ({ flag, joined, ends: true });
const client = (flag: RegExp, joined: RegExp): Interpreter => ({ flag, joined });
const all: Interpreter = { all: true };

/** Interpreters by program name without version: 'python' covers python3.12. */
export const interpreters: Readonly<Record<string, Interpreter>> = {
  ...Object.fromEntries(
    ['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'fish', 'csh', 'tcsh'].map((name) => [name, shell]),
  ),
  su: client(/^-[a-z]*c$|^--command$/, /^--command=/),
  runuser: client(/^-[a-z]*c$|^--command$/, /^--command=/),
  pwsh: script(/^-c(ommand)?$/i),
  powershell: script(/^-c(ommand)?$/i),
  cmd: script(/^\/[ck]$/i),
  python: { flag: /^-[a-z]*c$/i, joined: /^-c./, ends: true, isOver: true },
  perl: script(/^-[a-z]*e$/i),
  ruby: script(/^-[a-z]*e$/),
  lua: script(/^-e$/),
  php: script(/^-r$/, /^--run=/),
  node: script(/^(-[a-z]*[ep]|--eval|--print)$/, /^--(eval|print)=/),
  deno: script(/^eval$/),
  psql: client(/^-[a-z]*c$|^--command$/, /^--command=/),
  mysql: client(/^-[a-z]*e$|^--execute$/i, /^--execute=|^-e./),
  mariadb: client(/^-[a-z]*e$|^--execute$/i, /^--execute=|^-e./),
  mongosh: client(/^--eval$/, /^--eval=/),
  mongo: client(/^--eval$/, /^--eval=/),
  awk: { flag: /^(-e|--source)$/, joined: /^--source=/, first: { '-v': 1, '-F': 1 } },
  sed: { flag: /^(-[a-z]*e|--expression)$/i, joined: /^--expression=/, first: {} },
  jq: {
    first: { '--arg': 2, '--argjson': 2, '--slurpfile': 2, '--rawfile': 2, '--indent': 1, '-L': 1 },
    ends: true,
  },
  env: client(/^-[a-z]*S$|^--split-string$/, /^-S.|^--split-string=/),
  flock: client(/^-[a-z]*c$|^--command$/, /^--command=/),
  script: client(/^-[a-z]*c$|^--command$/, /^--command=/),
  expect: client(/^-c$/, /^-c./),
  osascript: client(/^-e$/, /^-e./),
  rscript: client(/^-e$/, /^-e./),
  cqlsh: client(/^-e$|^--execute$/, /^--execute=/),
  sqlcmd: client(/^-q$/i, /^-q./i),
  'clickhouse-client': client(/^-q$|^--query$/, /^--query=/),
  'redis-cli': client(/^eval$/i, /^(?!)/),
  sqlite: all,
  ssh: all,
  watch: all,
  // `NAME=VALUE` overrides a variable of the makefile, such as SHELL, wherever it stands.
  make: all,
  parallel: all,
  socat: all,
  tmux: all,
  screen: all,
};

/** Other names of the programs of these tables. */
export const aliases: Readonly<Record<string, string>> = {
  gawk: 'awk',
  mawk: 'awk',
  nodejs: 'node',
  rbash: 'bash',
  gsed: 'sed',
  gmake: 'make',
  gtar: 'tar',
  bsdtar: 'tar',
  oc: 'kubectl',
  podman: 'docker',
  nerdctl: 'docker',
  vi: 'vim',
  nvim: 'vim',
  view: 'vim',
  ex: 'vim',
  gfind: 'find',
  gxargs: 'xargs',
};

/** Options whose value a program executes, or loads as code or as a configuration that names programs. */
export const codeOptions: Readonly<Record<string, readonly string[]>> = {
  ansible: ['-a', '--args', '-e', '--extra-vars', '-m', '--module-name', '-M', '-i', '--inventory'],
  'ansible-playbook': ['-e', '--extra-vars', '-M', '--module-path', '-i', '--inventory'],
  'apt-get': ['-o', '--option', '-c', '--config-file'],
  apt: ['-o', '--option', '-c', '--config-file'],
  cargo: ['--config', '-Z'],
  clang: ['-fplugin', '-B', '-Xclang'],
  curl: ['-K', '--config', '--engine'],
  docker: ['--entrypoint', '--config', '--context'],
  emacs: ['--eval', '-eval', '-l', '--load', '-f', '--funcall', '--execute'],
  find: ['-exec', '-execdir', '-ok', '-okdir', '-fprintf', '-fprint', '-fprint0', '-fls'],
  gcc: ['-wrapper', '-fplugin', '-B', '-specs', '--specs'],
  gdb: ['-ex', '-x', '-iex', '-ix', '--eval-command', '--command', '--init-command', '--init-eval-command'],
  git: [
    ...['-c', '--config', '--config-env', '--exec-path', '--exec', '-x', '-O', '--open-files-in-pager'],
    ...['-u', '--upload-pack', '--receive-pack', '--template', '--extcmd', '--tool', 'run', 'foreach'],
  ],
  go: ['-exec', '-toolexec', '-ldflags', '-gcflags', '-overlay'],
  gradle: ['-I', '--init-script', '-b', '--build-file', '-c', '--settings-file'],
  gradlew: ['-I', '--init-script', '-b', '--build-file', '-c', '--settings-file'],
  helm: ['--post-renderer', '--post-renderer-args', '--kubeconfig'],
  java: ['-javaagent', '-agentpath', '-agentlib', '-XX', '-cp', '-classpath', '--class-path', '-jar'],
  kubectl: ['--kubeconfig', '--overrides'],
  less: ['+'],
  man: ['-P', '--pager', '-H', '--html', '-C', '--config-file'],
  mysql: ['--init-command', '--defaults-file', '--defaults-extra-file', '--plugin-dir', '--pager'],
  nc: ['-e', '-c', '--exec', '--sh-exec', '--lua-exec'],
  ncat: ['-e', '-c', '--exec', '--sh-exec', '--lua-exec'],
  nmap: ['--script', '--script-args', '--datadir'],
  node: ['-r', '--require', '--import', '--loader', '--experimental-loader', '--env-file'],
  openssl: ['-engine', '-provider', '-config'],
  perl: ['-M', '-m', '-I', '-d', '-x'],
  php: ['-B', '-R', '-E', '-F', '-d', '-c', '-z'],
  pip: ['-i', '--index-url', '--extra-index-url', '-f', '--find-links', '--global-option'],
  pytest: ['-p', '-c', '-o', '--rootdir', '--confcutdir'],
  python: ['-m', '-W', '-X'],
  rpm: ['-E', '--eval', '-D', '--define', '--pipe', '--macros', '--rcfile', '--load'],
  rsync: ['-e', '--rsh', '--rsync-path', '-M', '--remote-option'],
  ruby: ['-r', '-I', '-x'],
  scp: ['-o', '-S', '-F', '-J', '-D'],
  sftp: ['-o', '-S', '-F', '-J', '-D', '-b', '-s'],
  sort: ['--compress-program'],
  split: ['--filter'],
  sshfs: ['-o', '-F'],
  'systemd-run': ['-p', '--property', '-E', '--setenv'],
  tar: [
    ...['-I', '-F', '--use-compress-program', '--to-command', '--checkpoint-action', '--info-script'],
    ...['--new-volume-script', '--rsh-command', '--rmt-command'],
  ],
  tcpdump: ['-z'],
  vim: ['-c', '--cmd', '-S', '-u', '-U', '+', '-s'],
  wget: ['-e', '--execute', '--config', '--use-askpass'],
  xargs: ['-a', '--arg-file'],
  zip: ['-TT', '--unzip-command'],
};

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
  /** The program follows only after `--`. */
  readonly needsEnd?: true;
  /** `NAME=VALUE` items before the program are variables. */
  readonly sets?: true;
}

const words = (text: string): readonly string[] => text.split(/\s+/);

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
  busybox: plain('', ''),
  chroot: plain('--userspec --groups', '--skip-chdir', 1),
  chrt: plain('-T -P -D', '-b -f -i -o -r -d -a -v -R', 1),
  command: plain('', '-p'),
  crictl: {
    values: words('-r --runtime-endpoint -c --config --timeout'),
    flags: words('-i -t -s -it'),
    operands: 1,
    verbs: ['exec'],
  },
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
  exec: plain('-a', '-c -l'),
  firejail: plain('', ''),
  flock: plain(
    '-w --timeout --wait -E --conflict-exit-code',
    '-n -x -s -e -u -o -F --nonblock --exclusive --shared',
    1,
  ),
  ionice: plain('-c -n --class --classdata', '-t --ignore'),
  kubectl: {
    values: words(
      '-n --namespace -c --container --context --cluster --kubeconfig --request-timeout -s --server --user --as -f --filename --pod-running-timeout',
    ),
    flags: words('-i -t -it -ti -q --stdin --tty --quiet'),
    operands: 1,
    verbs: ['exec'],
    needsEnd: true,
  },
  nice: plain('-n --adjustment', ''),
  nohup: plain('', ''),
  nsenter: plain(
    '-t --target -S --setuid -G --setgid',
    '-a --all -m -u -i -n -p -U -C -T -r -w -F --mount --uts --ipc --net --pid --user --cgroup --time --root --wd --preserve-credentials',
  ),
  numactl: plain('-N -m -C -p -P', '-i -l -s -H'),
  pkexec: plain('--user', '--disable-internal-agent --keep-cwd'),
  runuser: plain(
    '-u --user -g --group -G -c --command -s --shell',
    '-l -p -m -f --login --preserve-environment',
  ),
  setpriv: plain(
    '--reuid --regid --groups --inh-caps --bounding-set',
    '--clear-groups --init-groups --nnp --no-new-privs --reset-env',
  ),
  setsid: plain('', '-c -f -w --ctty --fork --wait'),
  stdbuf: plain('-i -o -e --input --output --error', ''),
  strace: plain(
    '-e -o -p -s -u -E -P -S -a -b -I -O -X',
    '-f -ff -c -C -q -qq -r -t -tt -ttt -T -v -x -xx -y -yy -i -k',
  ),
  su: plain('-c --command -g --group -G -s --shell', '- -l -p -m -f --login --preserve-environment', 1),
  sudo: privileged,
  'systemd-run': plain(
    '-p --property -u --unit -E --setenv -M --machine -H --host --uid --gid --nice --slice --description --on-active --on-calendar --working-directory',
    '-t -P -G -q -r -d -S --pty --pipe --collect --quiet --scope --user --system --wait --no-block --remain-after-exit --same-dir --no-ask-password',
  ),
  taskset: plain('', '-a -c --cpu-list --all-tasks', 1),
  time: plain('-f -o --format --output', '-a -p -v --append --portability --verbose'),
  timeout: plain('-s -k --signal --kill-after', '-f -v -p --foreground --preserve-status --verbose', 1),
  toybox: plain('', ''),
  unbuffer: plain('', '-p'),
  unshare: plain(
    '-S -G -R -w --setuid --setgid --root --wd',
    '-m -u -i -n -p -U -C -T -r -f --mount --uts --ipc --net --pid --user --fork --map-root-user',
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

/** Programs whose arguments after `--` are those of another program, which parses its options again. */
export const forwarding: ReadonlySet<string> = new Set(
  words('cargo npm yarn pnpm npx bun deno dotnet gradle gradlew go uv poetry bundle mix sbt vagrant'),
);

/** Programs that parse `-` items after `--` as well, or do not know `--`. */
export const withoutEnd: ReadonlySet<string> = new Set(
  words('find test [ expr dd echo java ps printf javac'),
);

/** Programs whose first argument is a group of options, with or without `-`. */
export const bundled: ReadonlySet<string> = new Set(words('tar ar ps 7z 7za unrar rar'));

/** Characters other than `-` with which a program lets an option or a command begin. */
export const otherStarts: Readonly<Record<string, string>> = {
  cmd: '/',
  emacs: '+',
  find: '(!,',
  less: '+',
  vim: '+',
};

/** Variables that make a program load or run something. */
export const codeVariables: ReadonlySet<string> = new Set(
  words(`PATH ENV BASH_ENV SHELL SHELLOPTS BASHOPTS PS4 PROMPT_COMMAND IFS LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES
    DYLD_LIBRARY_PATH PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PERL5OPT PERL5LIB PERL5DB RUBYOPT RUBYLIB NODE_OPTIONS
    NODE_PATH LUA_PATH LUA_INIT PHPRC JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS JAVA_OPTS MAVEN_OPTS GRADLE_OPTS CLASSPATH
    GIT_SSH GIT_SSH_COMMAND GIT_EXTERNAL_DIFF GIT_PROXY_COMMAND GIT_ASKPASS GIT_EDITOR GIT_PAGER GIT_EXEC_PATH GIT_CONFIG
    GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_COUNT GIT_DIR RSYNC_RSH SSH_ASKPASS EDITOR VISUAL PAGER MANPAGER LESSOPEN
    LESSCLOSE BROWSER TAR_OPTIONS MAKEFLAGS GNUMAKEFLAGS CARGO_BUILD_RUSTC CARGO_BUILD_RUSTC_WRAPPER RUSTC RUSTC_WRAPPER RUSTFLAGS
    KUBECONFIG DOCKER_CONFIG DOCKER_HOST ANSIBLE_CONFIG`),
);
