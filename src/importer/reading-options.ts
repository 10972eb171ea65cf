import type { OptionSpec } from './options.ts';

/** Options with which a program, which could also write or start something, only reads. */
export const readingOptions: Readonly<Record<string, OptionSpec>> = {
  sort: {
    flags: 'nrubfghdiMVRsczm',
    valued: 'tkS',
    long: '--numeric-sort --reverse --unique --human-numeric-sort --version-sort --ignore-case --check --stable --zero-terminated',
    longValued: '--key --field-separator',
  },
  yq: {
    flags: 'rejPCMNn',
    valued: 'op',
    long: '--raw-output --no-colors --colors --exit-status --prettyPrint --null-input --unwrapScalar',
    longValued: '--output-format --input-format --indent',
  },
  dmesg: {
    flags: 'THtLxekurwWPSd',
    valued: 'lfs',
    long: '--ctime --human --follow --level --decode --kernel --reltime',
    longValued: '--since --until --level --facility --time-format --color',
  },
  rg: {
    flags: 'inNlLcovwxFHIUaSsuzqp.0P',
    valued: 'egtTABCmMj',
    long: '--ignore-case --line-number --files --hidden --no-ignore --count --files-with-matches --json --no-heading --multiline --smart-case --fixed-strings --word-regexp --only-matching --heading --no-filename --with-filename --pcre2',
    longValued:
      '--type --glob --max-count --after-context --before-context --context --color --regexp --type-not --sort',
  },
  journalctl: {
    flags: 'fxerkalmqb',
    valued: 'unpotSUgNFDc',
    long: '--no-pager --follow --reverse --disk-usage --list-boots --dmesg --catalog --all --full --no-full --utc --quiet --pager-end --user --system --merge --no-hostname --verify --header --boot',
    longValued:
      '--unit --since --until --lines --priority --output --grep --identifier --boot --user-unit --field --directory --file --case-sensitive',
  },
  ss: {
    flags: 'tulnpaeimosx460HrO',
    valued: 'f',
    long: '--tcp --udp --listening --numeric --processes --all --extended --info --memory --summary --options --unix --no-header',
    longValued: '--family',
  },
  date: {
    flags: 'uRI',
    valued: 'dr',
    long: '--utc --rfc-email --iso-8601',
    longValued: '--date --iso-8601 --rfc-3339 --reference',
  },
  less: { flags: 'NSRFXniIMmg' },
  man: {},
  tree: {
    flags: 'adfilshDpugCn',
    valued: 'LPI',
    long: '--noreport --dirsfirst --du',
    longValued: '--filelimit',
  },
  sar: { flags: 'ABbdFHhqRrSuvWwy', valued: 'nPfse' },
  file: { flags: 'bLizkh', long: '--mime --brief --mime-type' },
  hostname: { flags: 'fisIdAa', long: '--fqdn --short --ip-address --all-ip-addresses' },
  lsof: { flags: 'nPtlRUVwabX', valued: 'iupcsdFTg' },
  lastlog: { valued: 'utb' },
  pidstat: { flags: 'durhtwlHIRsUVv', valued: 'pCGT' },
  ping: { flags: 'nqvaDO46', valued: 'cwWisItS' },
  uniq: { flags: 'cdDuizw', valued: 'fsw', long: '--count --repeated --unique --ignore-case' },
  jstack: { flags: 'le' },
  who: { flags: 'abdHlmpqrstTuw' },
};

/** Options of find that only select and print. */
export const findTests =
  /^-(?:[PLH]|name|iname|path|ipath|wholename|regex|iregex|regextype|type|xtype|size|empty|mtime|atime|ctime|mmin|amin|cmin|newer\w*|maxdepth|mindepth|depth|user|group|uid|gid|nouser|nogroup|perm|links|inum|samefile|readable|writable|executable|xdev|mount|follow|print|print0|printf|ls|prune|quit|o|or|a|and|not|true|false|daystart|noleaf|\d+)$/;

/** Options with which wrappers start the program behind them, and change nothing about it. */
export const wrapperSpecs: Readonly<Record<string, OptionSpec>> = {
  sudo: {
    flags: 'nEHkSPib',
    valued: 'ugpC',
    longValued: '--user --group',
    long: '--non-interactive --login',
    isWrapper: true,
  },
  doas: { flags: 'n', valued: 'uC', isWrapper: true },
  env: {
    flags: 'i0v',
    valued: 'uCS',
    long: '--ignore-environment',
    longValued: '--unset --chdir --split-string',
    isWrapper: true,
  },
  nice: { flags: '', valued: 'n', longValued: '--adjustment', isWrapper: true },
  ionice: { flags: 't', valued: 'cn', isWrapper: true },
  timeout: {
    flags: 'v',
    valued: 'sk',
    long: '--foreground --preserve-status',
    longValued: '--signal --kill-after',
    isWrapper: true,
  },
  watch: {
    flags: 'dtbegxcw',
    valued: 'nq',
    long: '--differences --no-title --color --exec',
    longValued: '--interval',
    isWrapper: true,
  },
  xargs: {
    flags: 'r0tx',
    valued: 'InPLdas',
    long: '--no-run-if-empty --null --verbose',
    longValued: '--max-args --max-procs --delimiter --replace',
    isWrapper: true,
  },
  nohup: { isWrapper: true },
  time: { flags: 'pv', isWrapper: true },
  command: { flags: 'p', isWrapper: true },
  stdbuf: { valued: 'oei', isWrapper: true },
  setsid: { flags: 'fw', isWrapper: true },
};

/** Variables that programs only read as data. Others can replace a program, a library, a pager or an editor. */
export const dataVariable =
  /^(?:PG(?:PASSWORD|USER|HOST|PORT|DATABASE|SSLMODE|CONNECT_TIMEOUT|APPNAME)|MYSQL_PWD|REDISCLI_AUTH|KUBECONFIG|AWS_(?:PROFILE|REGION|DEFAULT_REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|LC_\w+|LANG|TZ|NO_COLOR|TERM|COLUMNS|LINES|DEBUG|FORCE|DRY_RUN|\w+_(?:LOG|BACKTRACE|JOBS|TOKEN|URL|ADDR)|DOCKER_HOST|ETCDCTL_API|VAULT_\w+)$/;
