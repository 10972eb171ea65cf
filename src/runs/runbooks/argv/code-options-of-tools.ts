import { buildCodeOperands } from './code-options-of-builds.ts';
import { optionTable, words } from './option-table.ts';

/** Options that load code, a module or a file of statements: editors, debuggers, compilers, clients. */
export const toolCodeOptions: Readonly<Record<string, readonly string[]>> = optionTable(`
  ack --pager
  ag --pager
  ar --plugin
  aria2c --on-download-complete --on-download-start --on-download-error --on-download-stop --conf-path
  awk -W
  cargo --manifest-path -C
  cmake --toolchain
  django-admin -c --command
  flask --app -A
  gradle --project-dir
  gradlew --project-dir
  java -Djava. -Xbootclasspath -Xrun --module-path --patch-module --upgrade-module-path --module @
  javac @
  jq -f --from-file -L --library-path
  gojq -f --from-file -L
  jaq -f --from-file -L
  manage.py -c --command
  pacman -U --upgrade
  sed -f --file
  yq --from-file
  arangosh --javascript.execute --javascript.execute-string
  asciidoctor -r --require -I
  bat --pager
  bcp queryout
  beeline -e -f -u -i
  borg --remote-path
  bpftrace -c
  bridge -b -batch
  byobu -c
  cbq -s -script --script -f
  celery -A --app
  certutil -urlcache
  check_by_ssh -C
  check_nrpe -c
  chef-client -c --config
  clickhouse-local -q --query --queries-file -C --config-file
  clickhouse-client -C --config-file
  clisp -x -i
  cqlsh --cqlshrc
  ctest -S -SP --build-makeprogram
  curl -K --config --engine
  cvs -e -d
  cypher-shell -f --file
  dbt --profiles-dir --project-dir --vars
  dialog --file
  dotnet --project --settings -p --property
  dtrace -n -s -c
  duplicity --ssh-options --rsync-options
  et -c
  emacsclient -e --eval
  exim -be -bf -C -D
  expect -f
  fetchmail -f -m --mda --preconnect --postconnect --plugin --plugout
  fish -C --init-command
  fzf --preview --bind --with-shell
  gcc -Xlinker -Wl,-plugin @
  clang --config -fpass-plugin -Xlinker
  gdb --data-directory
  gforth -e
  go -vettool -modfile -C
  gunicorn -c --config
  hadoop -D
  hg --remotecmd --ssh -e --cwd -R --repository
  hive -e -f -i --hiveconf
  impala-shell -q -f
  iptables --modprobe -M
  ip6tables --modprobe -M
  ipython -c --InteractiveShellApp.exec_lines --InteractiveShellApp.exec_files
  isql -i
  jarsigner -providerPath -providerClass -J
  joe -rc
  jrunscript -e -f
  keytool -providerpath -providerclass -providerarg -J
  ld -plugin -T --script
  less -k --lesskey-file --lesskey-src --lesskey-content
  litecli -e
  lldb --one-line-before-file --source-before-file
  man --preprocessor -p
  mariadb-dump --where
  maxima --batch-string --batch -b
  meson --ninja-args --native-file --cross-file
  micro -config-dir -plugin
  modprobe -C --config -d --dirname
  mongodump --query -q
  mongoexport --query -q
  more +
  most +
  msmtp -C --file --passwordeval
  mycli -e
  mysql --default-auth --defaults-group-suffix
  mysqladmin --defaults-file --defaults-extra-file --plugin-dir --default-auth
  mysqldump --where -w
  mysqlsh -e --execute -f --file -c --pyc --init-command
  nm --plugin
  nmap --script-args-file --servicedb --versiondb --resume
  npm --prefix -C --node-options --userconfig --globalconfig --script-shell
  nix --option --expr
  nix-build -E --expr --option
  nix-instantiate -E --expr --option
  nox -f --noxfile
  openconnect -s --script --csd-wrapper --config
  openssl -pre -post
  openvpn --tls-verify --auth-user-pass-verify --ipchange --learn-address --iproute --client-disconnect --route-pre-down
  p11tool --provider
  pandoc --filter -F --lua-filter -L --pdf-engine -d --defaults
  perf --objdump --addr2line --exec-path -s --script -g --gen-script
  pg_basebackup -t --target
  pg_rewind --config-file
  pgbench -f --file
  php -f
  pkcs11-tool --module
  plink -proxycmd -m
  psql -P --pset
  pscp -proxycmd
  puppet -e --execute
  racket -e
  rclone --config --sftp-ssh
  restic -o --option
  rsync --config --early-input
  runc --bundle -b
  rustc -C -Z --codegen -L
  salt-ssh -r --raw
  sbcl --load --script --eval
  screen -c
  snmpget -m -M
  snmpwalk -m -M
  socat -d
  spark-shell -i
  spark-sql -e -f -i
  spark-submit --jars --packages --py-files --properties-file --repositories
  sphinx-build -c
  sqlcmd -Q -q -i
  ssh-add -s -S
  ssh-agent -P
  ssh-copy-id -o -F
  ssh-keygen -D -w
  ssh-keyscan -O
  sshuttle -e --ssh-cmd
  stap -c
  tox -c
  trino -f --file --execute
  trace-cmd -e
  usql -c -f
  vim -i -l
  virt-customize --run --run-command --firstboot --firstboot-command
  virt-install --extra-args --cloud-init
  winrs -r
  wish -f
  yarn --use-yarnrc
`);

const config = '--config --config-file --config.file --configFile --conf';

/** Options that name the configuration of a program that starts others: daemons, agents, tools of infrastructure. */
export const toolConfigOptions: Readonly<Record<string, readonly string[]>> = optionTable(`
  alembic -c -x ${config}
  alertmanager ${config}
  ansible --ssh-extra-args --ssh-common-args --scp-extra-args --sftp-extra-args --become-method -c --connection --vault-password-file --vault-id
  ansible-doc -M --module-path
  ansible-galaxy -r
  ansible-inventory -i --inventory
  ansible-pull -U --url
  ansible-vault --vault-password-file --vault-id
  apache2ctl -f -c -C -d
  apachectl -f -c -C -d
  apk --repositories-file
  aptitude -o
  aws --cli-input-json --cli-input-yaml --user-data --overrides
  az --settings --protected-settings --custom-data
  caddy ${config}
  certbot -c ${config}
  chrony -f
  collectd -C
  consul -config-file -config-dir
  cloud-init --file -f
  dehydrated -k -f --config
  dhcpcd -c --script -f
  dnsmasq -C --conf-file --conf-dir --conf-script
  filebeat -c
  fluent-bit -c -e --plugin
  fluentd -c -p
  flyway -configFiles -locations -jarDirs
  gcloud --flags-file --configuration --ssh-flag --scp-flag --metadata-from-file
  git --git-dir -C --work-tree --smtp-server --httpd --browser
  gh -F
  gpg --homedir
  grafana-cli --pluginUrl --pluginsDir
  helmfile -f --file -b --helm-binary --environment-values
  kafka --command-config --consumer.config --producer.config --add-config-file --formatter --consumer-property --producer-property --line-reader --property-file
  kcat -F -X
  kafkacat -F -X
  apache -f -c -C -d
  auditctl -R
  doas -C
  docker -H --host --env-file --conmon --ssh
  docker_compose -f --file
  docker_bake -f --file
  git_web--browse -b
  git_config -f --file
  kubectl --patch --patch-file
  kubectl_patch -p
  perf_script record
  qemu-system-x86_ -monitor -chardev -incoming
  runuser -s --shell
  sendmail -o
  su -s --shell
  sudo -R --chroot
  lighttpd -f
  liquibase --changelog-file --changeLogFile --defaults-file --defaultsFile --classpath --sql --driver
  logstash -f -e --config.string --path.config --path.settings
  masscan -c --conf --nmap-payloads
  mbsync -c
  migrate -source -path
  monit -c
  multipass --cloud-init
  named -c
  neo4j-admin --additional-config
  nft -f -i --file
  nomad -config
  nrpe -c
  oci --cli-rc-file --config-file
  offlineimap -c -k
  packer -var-file
  postfix -c
  prometheus ${config}
  pulumi --cwd -C --exec-agent --policy-pack
  rsyslogd -f
  snmpd -c -C
  snmptrapd -c -C
  squid -f
  sshd -f -o
  supervisorctl -c --configuration
  supervisord -c --configuration
  sysctl -p --load
  syslog-ng -f --cfgfile
  systemctl --root --image
  systemd-run --timer-property --path-property --socket-property
  telegraf ${config} --config-directory
  teleport -c ${config}
  terraform -chdir -var-file -plugin-dir -backend-config -from-module -var
  terragrunt --terragrunt-tfpath --terragrunt-config --terragrunt-working-dir -chdir -var-file -var
  tor -f --defaults-torrc --torrc-file
  traefik ${config} --configfile
  udhcpc -s --script
  unbound -c
  uwsgi --ini --yaml --json --xml
  varnishd -f -p
  vector -c ${config}
  virsh -c --connect
  vpnc --script
  wpa_cli -a
  wpa_supplicant -c
  xinetd -f
  zabbix_agentd -c -t
  zypper -c --config
  zookeeper-shell -zk-tls-config-file
`);

/** Words after which all arguments of a program are code, a script or the source of one. */
export const toolCodeVerbs: Readonly<Record<string, readonly string[]>> = optionTable(`
  adb shell
  ansible-galaxy install
  bpftool load
  boundary ssh
  cabal run
  cargo install rustc
  cf ssh run-task
  cmake -E --
  deno task
  dnf copr localinstall
  docker plugin
  borg with-lock --content-from-command
  yum localinstall
  composer require run-script
  copilot exec
  corepack npm yarn pnpm
  crystal run eval
  dart run
  dotnet fsi msbuild tool
  eb ssh
  micro -plugin
  ibmcloud install
  etcdctl exec-watch
  flutter run
  gem install
  gh alias extension ssh
  git p4
  glab alias
  go generate install get tool env
  grafana-cli install
  hadoop jar
  hatch run
  hcloud ssh
  heroku run:detached
  helm plugin
  influx query
  ipset restore
  jattach load
  jcmd VM.agent_load JVMTI.agent_load
  kmod insmod
  knife ssh
  launchctl load submit bootstrap
  lein run
  mlr put filter
  mix run
  nim e r
  nomad run
  npm explore init create
  packer build
  pipx install
  pip install wheel download
  pnpm create install
  puppet apply
  railway run
  rails runner r
  rpm -i -U -F -Uvh -ivh -Fvh -Uh -ih --install --upgrade --freshen
  dpkg -i --install
  rabbitmq-plugins enable
  rustup run
  stack runghc exec
  storm jar
  flink run
  vault ssh
  swift run
  dbt run-operation
  schtasks /tr
  systemctl link
  tofu apply
  uv install
  varnishadm vcl.inline
  virsh define create qemu-agent-command qemu-monitor-command
  volta run
  yarn create node jar
  zig run
  zellij run
`);

/** Programs whose first operand is code, a module or a file of statements, with the options of theirs that have a value. */
export const codeOperands: Readonly<Record<string, readonly string[]>> = {
  ...buildCodeOperands,
  ...optionTable(`
  corepack
  dart
  dotnet
  expect
  java --source --add-modules --add-opens --add-exports --add-reads
  lein
  mix
  modprobe -C -d -S
  mvn -P -T -pl -f -s -gs -t -D
  nft
  redis-cli -h -p -n -a -u -s -r -i -t -x --user --pass --cacert --cert --key
  sbt
  spark-submit --class --name --master --deploy-mode --conf --jars --packages --files --queue --driver-memory --executor-memory --num-executors --executor-cores --total-executor-cores --driver-cores --py-files --properties-file
  stap -p -o -m -d -x
  swift
`),
};

/** Options that name the code themselves, in the next item. */
export const namesOperand: ReadonlySet<string> = new Set(words('-jar -m --module'));

/** Options with which no operand of these programs is code. */
export const endsOperand: ReadonlySet<string> = new Set(
  words('--eval --scan --bigkeys --latency --kill --status'),
);
