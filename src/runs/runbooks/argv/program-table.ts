import { words } from './option-table.ts';
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

/** Programs of which every argument is executed, is sent to other machines for that, or names a file or task of commands. */
const allCode: readonly string[] =
  `ansible-playbook ansible-console salt salt-call pssh pdsh clush mosh tsh hyperfine entr just task rake ninja ant
  crontab at batch logrotate wmic kafka-run-class npx uvx pipx envconsul jshell bazel consul-template capsh lxc-attach systemd-nspawn bwrap catchsegv
  anacron run-parts runsv s6-svscan insmod rundll mshta cscript wscript regsvr msiexec psexec wsl rsh rexec krsh dsh parallel-ssh fab
  plink dbclient procmail stunnel inetd xinetd tcpserver tcpsvd ucspi-tcp websocketd ttyd gotty shellinabox websocat chat vpnc-connect wg-quick
  iptables-restore ip6tables-restore kexec systemtap trace-bpfcc gum delta dasel fx scons mill buck msbuild mono rpmbuild redis-server
  ld.so uvicorn pyspark lxc-execute sclang pdflatex xelatex lualatex latex tex ed redis-sentinel qmake chef-apply winrs postconf gs xdg-open open nix-build gunicorn hypercorn gpg-connect-agent ld-linux-x86-64.so
  ld-linux-aarch64.so ld-musl-x86_64.so byobu bunx cpanm cpan jdb nodemon dtach abduco mage invoke inv
  summon dotenvx rvm pkg_add forever vmrun jailer wlst distrobox distrobox-enter flatpak-spawn nix-env debugfs xfs_db
  xfs_io inotifyd incrontab envoy incrond connect-standalone connect-distributed add-apt-repository timeit runpy
  portablectl fio artillery jmeter locust salt-run
  huey_consumer dramatiq honcho foreman overmind hivemind pm2-runtime snakemake cwltool papermill luigi tsung lima`.split(
    /\s+/,
  );

/** Options of these programs whose value is data: hosts, tags, a user, a number of a job. */
export const dataOptions: Readonly<Record<string, readonly string[]>> = {
  'ansible-playbook': words('-l --limit -t --tags --skip-tags --start-at-task -f --forks -u --user'),
  ant: ['-D'],
  at: words('-r -d -c -q'),
  bazel: ['--define'],
  crontab: ['-u'],
};

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
  psql: client(/^-[A-Za-z]*[cf]$|^--(?:command|file)$/, /^--(?:command|file)=|^-[cf]./),
  mysql: client(/^-[a-z]*e$|^--execute$/i, /^--execute=|^-e./),
  mariadb: client(/^-[a-z]*e$|^--execute$/i, /^--execute=|^-e./),
  mongosh: client(/^(?:--eval|--file|-f)$/, /^--(?:eval|file)=/),
  mongo: client(/^--eval$/, /^--eval=/),
  awk: { flag: /^(-[efil]|--source|--file)$/, joined: /^--source=/, first: { '-v': 1, '-F': 1 } },
  sed: { flag: /^(-[a-z]*e|--expression)$/i, joined: /^--expression=/, first: {} },
  jq: {
    first: { '--arg': 2, '--argjson': 2, '--slurpfile': 2, '--rawfile': 2, '--indent': 1, '-L': 1 },
    ends: true,
  },
  env: client(/^-[a-z]*S$|^--split-string$/, /^-S.|^--split-string=/),
  sg: client(/^-c$/, /^-c./),
  gs: client(/^-c$/, /^(?!)/),
  flock: client(/^-[a-z]*c$|^--command$/, /^--command=/),
  script: client(/^-[a-z]*c$|^--command$/, /^--command=/),
  expect: client(/^-c$/, /^-c./),
  luajit: script(/^-e$/),
  tclsh: script(/^(?!)/),
  bun: script(/^(-[a-z]*[ep]|--eval|--print|run|x)$/, /^--(eval|print)=/),
  duckdb: all,
  influx: client(/^-execute$/, /^-execute=/),
  bpftrace: { flag: /^-e$/, first: { '-p': 1, '-c': 1, '-o': 1, '-f': 1, '-I': 1 } },
  yq: { flag: /^(?:e|ea|eval|eval-all)$/, first: {} },
  osascript: client(/^-e$/, /^-e./),
  rscript: client(/^-e$/, /^-e./),
  cqlsh: client(/^-[ef]$|^--(?:execute|file)$/, /^--(?:execute|file)=/),
  sqlcmd: client(/^-[qi]$/i, /^-[qi]./i),
  'clickhouse-client': client(/^-q$|^--quer(?:y|ies-file)$/, /^--quer(?:y|ies-file)=/),
  'redis-cli': client(/^(?:eval(?:_ro)?|load|fcall(?:_ro)?|--eval|dir|dbfilename)$/i, /^(?!)/),
  ...Object.fromEntries(
    words(
      'tsx ts-node groovy julia kotlin kotlinc jjs jrunscript rscript ocaml runghc guile racket sbcl wish gforth octave gnuplot clojure clj bb irb nu xonsh elvish osh oil',
    ).map((name) => [name, script(/^-{1,2}(?:[a-z]{0,3}[cefrx]|p|eval|load|script|commands?|require)$/i)]),
  ),
  sash: shell,
  yash: shell,
  gojq: { first: {} },
  jaq: { first: {} },
  sqlplus: all,
  'cypher-shell': all,
  'clickhouse-local': client(/^-q$|^--quer(?:y|ies-file)$/, /^--quer(?:y|ies-file)=/),
  sqlite: all,
  ssh: all,
  watch: all,
  // `NAME=VALUE` overrides a variable of the makefile, such as SHELL, wherever it stands.
  make: all,
  parallel: all,
  socat: all,
  tmux: all,
  screen: all,
  ...Object.fromEntries(allCode.map((name) => [name, all])),
};

/** Other names of the programs of these tables. */
export const aliases: Readonly<Record<string, string>> = {
  autossh: 'ssh',
  emqx: 'rabbitmqctl',
  i: 'setarch32',
  linux: 'setarch32',
  x86_: 'setarch32',
  proxychains4: 'proxychains',
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
  netcat: 'nc',
  'nc.traditional': 'nc',
  'nc.openbsd': 'nc',
  pypy: 'python',
  'g++': 'gcc',
  cc: 'gcc',
  'c++': 'gcc',
  'clang++': 'clang',
  'valkey-cli': 'redis-cli',
  fdfind: 'fd',
  'docker-compose': 'docker',
  vimdiff: 'vim',
  gvim: 'vim',
  rvim: 'vim',
  rview: 'vim',
  neomutt: 'mutt',
  mailx: 'mail',
  's-nail': 'mail',
  exim4: 'exim',
  tofu: 'terraform',
  incus: 'lxc',
  flyctl: 'fly',
};

/** Programs whose arguments after `--` are those of another program, which parses its options again. */
export const forwarding: ReadonlySet<string> = new Set(
  words('gh cargo npm yarn pnpm npx bun deno dotnet gradle gradlew go uv poetry bundle mix sbt vagrant'),
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
