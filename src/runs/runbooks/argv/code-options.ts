import { buildCodeOptions, buildCodeVerbs, installVerbs } from './code-options-of-builds.ts';
import { toolCodeOptions, toolCodeVerbs, toolConfigOptions } from './code-options-of-tools.ts';
import { words } from './option-table.ts';

const programOptions: Readonly<Record<string, readonly string[]>> = {
  autossh: ['-o'],
  ansible: ['-a', '--args', '-e', '--extra-vars', '-m', '--module-name', '-M', '-i', '--inventory'],
  'ansible-playbook': ['-e', '--extra-vars', '-M', '--module-path', '-i', '--inventory'],
  'apt-get': ['-o', '--option', '-c', '--config-file'],
  apt: ['-o', '--option', '-c', '--config-file'],
  bq: ['query'],
  cargo: ['--config', '-Z'],
  clickhouse: ['-q', '--query', '--queries-file'],
  cmake: ['-P', '-E', '-C', '-DCMAKE'],
  conda: ['run'],
  clang: ['-fplugin', '-B', '-Xclang'],
  curl: ['-K', '--config', '--engine'],
  docker: ['--entrypoint', '--config', '--context'],
  dhclient: ['-sf', '-cf'],
  dnf: ['-c', '--config', '--setopt'],
  dpkg: ['--pre-invoke', '--post-invoke', '--instdir', '--admindir'],
  elixir: ['-e', '--eval', '-r', '-S'],
  iex: ['-e', '--eval', '-r', '-S'],
  haproxy: ['-f'],
  httpd: ['-f', '-c', '-C', '-d'],
  mongod: ['-f', '--config'],
  mysqldump: ['--plugin-dir', '--defaults-file', '--defaults-extra-file'],
  pacman: ['--config', '--hookdir'],
  postgres: ['-c', '-D'],
  'start-stop-daemon': ['-x', '--exec', '-a', '--startas'],
  emacs: ['--eval', '-eval', '-l', '--load', '-f', '--funcall', '--execute'],
  erl: ['-eval', '-s', '-run', '-pa', '-config', '-args_file'],
  fd: ['-x', '-X', '--exec', '--exec-batch'],
  find: ['-exec', '-execdir', '-ok', '-okdir', '-fprintf', '-fprint', '-fprint0', '-fls'],
  gcc: ['-wrapper', '-fplugin', '-B', '-specs', '--specs'],
  gdb: [
    '-ex',
    '-x',
    '-iex',
    '-ix',
    '--eval-command',
    '--command',
    '--init-command',
    '--init-eval-command',
    '--args',
  ],
  git: [
    ...['-c', '--config', '--config-env', '--exec-path', '--exec', '-x', '-O', '--open-files-in-pager'],
    ...['-u', '--upload-pack', '--receive-pack', '--template', '--extcmd', '--tool', 'run', 'foreach'],
    ...[
      '--tree-filter',
      '--index-filter',
      '--msg-filter',
      '--env-filter',
      '--parent-filter',
      '--commit-filter',
    ],
  ],
  ghc: ['-e', '-F', '-pgmF'],
  gnuplot: ['-e', '-c', '-p'],
  gpg: ['--photo-viewer', '--options', '--agent-program', '--exec-path'],
  go: ['run', '-exec', '-toolexec', '-ldflags', '-gcflags', '-overlay'],
  gradle: ['-I', '--init-script', '-b', '--build-file', '-c', '--settings-file'],
  gradlew: ['-I', '--init-script', '-b', '--build-file', '-c', '--settings-file'],
  helm: ['--post-renderer', '--post-renderer-args', '--kubeconfig'],
  groovy: ['-e', '-cp', '--classpath'],
  hg: ['--config', '--config-file'],
  ip: ['-b', '-batch'],
  java: ['-javaagent', '-agentpath', '-agentlib', '-XX', '-cp', '-classpath', '--class-path', '-jar'],
  javac: ['-processor', '-processorpath', '--processor-path', '-J'],
  julia: ['-e', '-E', '-L', '--eval', '--print', '--load'],
  kubectl: ['--kubeconfig', '--overrides', 'rsh'],
  latexmk: ['-e', '-r'],
  lldb: ['-o', '-O', '-s', '-S', '--one-line', '--source'],
  mail: ['-S'],
  less: ['+'],
  man: ['-P', '--pager', '-H', '--html', '-C', '--config-file'],
  mysql: ['--init-command', '--defaults-file', '--defaults-extra-file', '--plugin-dir', '--pager'],
  mutt: ['-e', '-F'],
  mvn: ['-Dexec', '-s', '-gs', '-f', '-t'],
  nano: ['-s', '--speller', '-f', '--rcfile'],
  nc: ['-e', '-c', '--exec', '--sh-exec', '--lua-exec'],
  ncat: ['-e', '-c', '--exec', '--sh-exec', '--lua-exec'],
  nmap: ['--script', '--script-args', '--datadir'],
  nginx: ['-c', '-g', '-p'],
  'nix-shell': ['--run', '--command', '-p', '--packages', '-E', '--expr'],
  node: ['-r', '--require', '--import', '--loader', '--experimental-loader', '--env-file'],
  octave: ['--eval', '--path'],
  openssl: ['-engine', '-provider', '-config', '-provider-path', 'engine'],
  openvpn: ['--up', '--down', '--config', '--plugin', '--script-security', '--route-up', '--client-connect'],
  perl: ['-M', '-m', '-I', '-d', '-x'],
  pg_ctl: ['-o', '--options', '-p', '-D'],
  php: ['-B', '-R', '-E', '-F', '-d', '-c', '-z'],
  pip: ['install', '-i', '--index-url', '--extra-index-url', '-f', '--find-links', '--global-option'],
  pppd: ['connect', 'disconnect', 'pty', 'init', 'plugin', 'file'],
  pytest: ['-p', '-c', '-o', '--rootdir', '--confcutdir'],
  python: ['-m', '-W', '-X'],
  r: ['-e', '-f', '--file'],
  rabbitmqctl: ['eval', 'eval_file'],
  rg: ['--pre', '--hostname-bin'],
  rpm: ['-E', '--eval', '-D', '--define', '--pipe', '--macros', '--rcfile', '--load'],
  rsync: ['-e', '--rsh', '--rsync-path', '-M', '--remote-option'],
  ruby: ['-r', '-I', '-x'],
  scp: ['-o', '-S', '-F', '-J', '-D'],
  sftp: ['-o', '-S', '-F', '-J', '-D', '-b', '-s'],
  scala: ['-e', '-cp'],
  sendmail: ['-C', '-X', '-O'],
  sort: ['--compress-program'],
  split: ['--filter'],
  sshfs: ['-o', '-F'],
  stap: ['-e', '-E'],
  strace: ['-o', '--output'],
  svn: ['--config-option', '--config-dir', '--editor-cmd', '--diff-cmd', '--diff3-cmd'],
  systemctl: ['-H', '--host', '-M', '--machine'],
  'systemd-run': ['-p', '--property', '-E', '--setenv'],
  tar: [
    ...['-I', '-F', '--use-compress-program', '--to-command', '--checkpoint-action', '--info-script'],
    ...['--new-volume-script', '--rsh-command', '--rmt-command'],
  ],
  tcpdump: ['-z'],
  tshark: ['-X', '-o'],
  vault: ['-config'],
  vim: ['-c', '--cmd', '-S', '-u', '-U', '+', '-s'],
  wget: ['-e', '--execute', '--config', '--use-askpass'],
  xargs: ['-a', '--arg-file'],
  yum: ['-c', '--config', '--setopt'],
  zip: ['-TT', '--unzip-command'],
};

/** The entries of all tables, by program. */
const merged = (
  ...tables: readonly Readonly<Record<string, readonly string[]>>[]
): Readonly<Record<string, readonly string[]>> => {
  const all: Record<string, readonly string[]> = {};
  for (const table of tables)
    for (const [program, entries] of Object.entries(table))
      all[program] = [...(all[program] ?? []), ...entries];
  return all;
};

/** Options whose value a program executes, or loads as code. */
export const ownCodeOptions: Readonly<Record<string, readonly string[]>> = merged(
  programOptions,
  toolCodeOptions,
  buildCodeOptions,
);

/** The same, and those that name a configuration with programs in it. */
export const codeOptions: Readonly<Record<string, readonly string[]>> = merged(
  ownCodeOptions,
  toolConfigOptions,
);

/** Characters with which a program lets a value name a file that it reads: `-d @/etc/passwd`. */
export const fileStarts: Readonly<Record<string, string>> = {
  ansible: '@',
  az: '@',
  curl: '@<',
  gcc: '@',
  gh: '@',
  http: '@',
  https: '@',
  java: '@',
  javac: '@',
  vault: '@',
  xh: '@',
};

const programVerbs: Readonly<Record<string, readonly string[]>> = {
  aws: ['send-command', 'start-session'],
  az: ['run-command', 'ssh'],
  buildah: ['run'],
  ctr: ['run'],
  deno: ['run'],
  dotenv: ['run'],
  doppler: ['run'],
  etcdctl: ['lock'],
  consul: ['lock'],
  flatpak: ['run'],
  fly: ['ssh'],
  flyctl: ['ssh'],
  gcloud: ['ssh'],
  guix: ['shell', 'environment'],
  heroku: ['run'],
  kubectl: ['rsh'],
  machinectl: ['shell'],
  nix: ['run', 'shell', 'develop', 'build', 'eval'],
  npm: ['run', 'exec', 'x', 'install', 'i'],
  op: ['run'],
  pipenv: ['run', 'install'],
  pnpm: ['run', 'dlx', 'add'],
  poetry: ['run', 'add'],
  rr: ['record'],
  snap: ['run'],
  sops: ['exec-env', 'exec-file'],
  'trace-cmd': ['record'],
  uv: ['run', 'add'],
  vagrant: ['ssh'],
  yarn: ['run', 'dlx', 'add'],
};

/** Programs of which all arguments after one of these words start a program, or are code. Others do it with `exec` and `eval`. */
export const codeVerbs: Readonly<Record<string, readonly string[]>> = merged(
  programVerbs,
  toolCodeVerbs,
  buildCodeVerbs,
  installVerbs,
);

/** Variables that make a program load or run something. */
const codeVariables: ReadonlySet<string> = new Set(
  words(`PATH ENV BASH_ENV SHELL SHELLOPTS BASHOPTS PS4 PROMPT_COMMAND IFS LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES
    DYLD_LIBRARY_PATH PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PERL5OPT PERL5LIB PERL5DB RUBYOPT RUBYLIB NODE_OPTIONS
    NODE_PATH LUA_PATH LUA_INIT PHPRC JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS JAVA_OPTS MAVEN_OPTS GRADLE_OPTS CLASSPATH
    GIT_SSH GIT_SSH_COMMAND GIT_EXTERNAL_DIFF GIT_PROXY_COMMAND GIT_ASKPASS GIT_EDITOR GIT_PAGER GIT_EXEC_PATH GIT_CONFIG
    GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_COUNT GIT_DIR RSYNC_RSH SSH_ASKPASS EDITOR VISUAL PAGER MANPAGER LESSOPEN
    LESSCLOSE BROWSER TAR_OPTIONS MAKEFLAGS GNUMAKEFLAGS CARGO_BUILD_RUSTC CARGO_BUILD_RUSTC_WRAPPER RUSTC RUSTC_WRAPPER RUSTFLAGS
    KUBECONFIG DOCKER_CONFIG DOCKER_HOST ANSIBLE_CONFIG GIT_WORK_TREE GIT_TEMPLATE_DIR GIT_SEQUENCE_EDITOR GIT_SHELL_PATH
    PROMPT1 PROMPT2 PROMPT3 PSQLRC PSQL_PAGER PSQL_EDITOR PGOPTIONS PGSERVICEFILE MYSQL_HOME MYSQL_PS1 CC CXX LD CPP GOFLAGS KUBE_EDITOR
    KUBECTL_EXTERNAL_DIFF HELM_PLUGINS SYSTEMD_EDITOR SYSTEMD_PAGER TF_CLI_ARGS TF_CLI_CONFIG_FILE AWS_CONFIG_FILE
    ELECTRON_RUN_AS_NODE JDK_JAVAC_OPTIONS SBT_OPTS KAFKA_OPTS SPARK_SUBMIT_OPTS COR_PROFILER_PATH DOTNET_STARTUP_HOOKS LESS
    RUBYSHELL R_PROFILE PYTHONUSERBASE PYTHONBREAKPOINT PYTHONWARNINGS PERLIO_DEBUG OPENSSL_CONF LOCPATH GCONV_PATH HOSTALIASES
    ZDOTDIR INPUTRC VIMINIT EXINIT NIX_PATH DOCKER_CONTEXT COMPOSE_FILE LD_DEBUG_OUTPUT MALLOC_CONF ASAN_OPTIONS`),
);

/** Keys whose value names code, or a file of a configuration with code, in programs of the Java machine and in kernels. */
const codeFileKey =
  /(?:^|[.-])(?:loader\.(?:path|main|home)|java\.home|build\.compiler|(?:logging|log4j2?|logback|spring)\.config(?:uration)?(?:\.?file|\.location|\.import)?|config(?:uration)?file|raw\.(?:lxc|qemu)|binfile|hotplug)$/i;

/** Keys of a configuration whose value is a program, a command or code: `core.sshCommand`, `credential_process`, `ExecStart`. */
const codeKey =
  /^(?:(?:alias|filter|include|includeif|diff|merge|pager|guitool|difftool|mergetool)\..*|(?:.*[._:,-])?(?:\w{0,32}(?:command|cmd|hook|hooks|exec|program|askpass|editor|pager|javaoptions|jvmargs|proxycommand)|exec\w{1,32}|hookspath|fsmonitor|credential_process|helper|core_pattern|modprobe|(?:startup|shutdown|lua|user|link)?[_-]?script|script-shell|yarnpath|plugin\.library\.paths|ssl\.engine\.location|exec-path|class\.path|binpath|smudge|clean|textconv|sendmail|mta|tunnel|extraclasspath|javaagent|custombefore\w{1,40}))$/i;

/** Returns whether the value of this key is executed, in any program that takes keys and values. */
export const isCodeKey = (key: string): boolean =>
  codeKey.test(key) || codeFileKey.test(key.replace(/^D/, '')) || codeVariables.has(key);

/** Programs that store a value under the key before it, after one of these words. */
export const settingWords: ReadonlySet<string> = new Set(words('config configure set-environment'));
