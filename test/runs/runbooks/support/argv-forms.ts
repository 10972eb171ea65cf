/** Commands in which `X` would be executed, or loaded as code. */
export const codeForms: readonly string[] = String.raw`
kubectl run p --image=a --command -- X
kubectl run p --image=a -- X
kubectl debug p -it --image=a -- X
kubectl debug node/n --image=a -- chroot /host X
kubectl create job j --image=a -- X
kubectl create cronjob j --image=a --schedule=a -- X
kubectl exec p X
kubectl exec p -c c -- X
kubectl exec p -- env LD_PRELOAD=X ls
kubectl exec p -- sh -c X
kubectl --kubeconfig=X get pods
kubectl set env deploy/a LD_PRELOAD=X
kubectl set env deploy/a PYTHONSTARTUP=X
kubectl set env deploy/a JAVA_TOOL_OPTIONS=X
kubectl patch deploy a -p X
kubectl patch deploy a --patch=X
kubectl patch deploy a --patch-file X
kubectl patch deploy a --type=json -p={"spec":X}
kubectl run p --image=a --overrides=X
kubectl run p --image=a --override-type=json --overrides X
oc exec p -- X
oc debug node/a -- X
k9s --command X
kubectl config set-credentials u --exec-command=X
kubectl config set-credentials u --exec-command X
docker run --entrypoint=X a
docker run --entrypoint X a
docker run a X
docker exec c X
docker exec -it c sh -c X
docker run --rm -v a:b a X
docker compose run s X
docker compose exec s X
docker compose run --entrypoint X s
docker --config=X ps
docker --context X ps
docker build --ssh X .
docker run --env-file X a
docker run --health-cmd X a
docker run --health-cmd=X a
docker run -e LD_PRELOAD=X a
docker run --env LD_PRELOAD=X a
docker run --runtime X a
docker run --security-opt X a
docker run --device X a
docker buildx bake -f X
docker compose -f X up
docker-compose exec s X
docker-compose run s X
docker plugin install X
podman run a X
podman exec c X
podman run --hooks-dir X a
podman --runtime X run a
podman --conmon=X run a
podman machine ssh X
nerdctl run --entrypoint=X a
crictl exec c X
runc exec c X
runc run --bundle X c
ctr tasks exec --exec-id e c X
helm upgrade a b --post-renderer X
helm upgrade a b --post-renderer=X
helm plugin install X
helm template a b --post-renderer-args X
helmfile -b X apply
helmfile --helm-binary=X apply
helmfile -f X apply
git -c alias.x=X x
git -c core.sshCommand=X fetch
git --config-env=core.sshCommand=X fetch
git --exec-path=X status
git clone -u X a
git clone --upload-pack X a
git clone -c core.fsmonitor=X a
git fetch --upload-pack=X o
git push --receive-pack=X o
git push --exec=X o
git clone ext::X
git config alias.x X
git config core.pager X
git config --global core.sshCommand X
git config --global core.editor X
git config core.hooksPath X
git config core.fsmonitor X
git config include.path X
git config filter.a.smudge X
git config credential.helper X
git rebase -x X o
git rebase --exec=X o
git bisect run X
git submodule foreach X
git difftool -x X
git difftool --extcmd=X
git mergetool --tool X
git grep -OX a
git grep --open-files-in-pager=X a
git archive --remote=r --exec=X HEAD
git ls-remote --upload-pack=X r
git send-email --smtp-server=X a
git send-email --to-cmd=X a
git init --template=X
git filter-branch --commit-filter X
git --git-dir=X status
git --git-dir X status
git -C X status
git --work-tree=X status
git for-each-repo --config=X a
git remote add o ext::X
git p4 clone X --hook=X
git shell -c X
git instaweb --httpd=X
git web--browse --browser=X
git web--browse -b X
git config --file X -l --edit
curl -K X
curl --config=X
curl -KX http://a
curl -sK X
curl --engine X http://a
wget -e X http://a
wget --execute=X http://a
wget --use-askpass=X http://a
wget --config=X http://a
wget -eX http://a
aria2c --on-download-complete=X http://a
aria2c --on-download-complete X http://a
aria2c --conf-path=X
openssl req -engine X
openssl dgst -engine=X
openssl engine X
openssl req -config X
openssl rand -provider X
openssl s_server -provider-path X
openssl engine -t dynamic -pre X
psql -c X
psql --command X
psql -f X
psql --file=X
psql -v ON_ERROR_STOP=1 -c X
psql -d a -qAtc X
psql -P pager=X
psql --pset pager=X
psql --pset=pager=X
psql -v PROMPT1=X
psql --set=PROMPT1=X
psql --set=PROMPT2=X
pg_dump --extra-float-digits=1 -f |X
pg_basebackup --target=X
pg_basebackup -t X
pg_rewind --config-file=X
pg_ctl -o X start
pg_ctl -D a -p X start
pg_restore --use-set-session X -f |X
pgbench -f X
pgbench --file=X
mysql -e X
mysql --execute=X
mysql --init-command=X
mysql --init-command X
mysql --defaults-file=X
mysql --defaults-extra-file=X
mysql --defaults-group-suffix=X
mysql --plugin-dir=X
mysql --pager=X
mysql --default-auth=X
mysql --tee X --execute X
mysqladmin --defaults-file=X ping
mysqldump --defaults-extra-file=X a
mysqldump --where=X a b
mysqldump --plugin-dir=X a
mysqlsh -e X
mysqlsh --execute=X
mysqlsh --file X
mysqlsh -f X
mysqlsh --sql -e X
mysqlsh --py -c X
mariadb -e X
mariadb-dump --where=X a b
mysqlbinlog --init-command=X
sqlite3 a.db X
sqlite3 -cmd X a.db
sqlite3 -init X a.db
sqlite3 a.db .shell X
mongosh --eval X
mongosh --eval=X a
mongosh -f X
mongosh --file=X
mongo --eval X
mongodump --query X
mongoexport --query=X -c a
mongoexport -q X -c a
mongod --config X
mongod -f X
redis-cli --eval X
redis-cli EVAL X 0
redis-cli -h a EVAL X 0
redis-cli eval_ro X 0
redis-cli SCRIPT LOAD X
redis-cli FUNCTION LOAD X
redis-cli FCALL X 0
redis-cli MODULE LOAD X
redis-cli CONFIG SET dir X
redis-cli CONFIG SET dbfilename X
redis-cli X
redis-server X
redis-server --loadmodule X
valkey-cli --eval X
valkey-cli EVAL X 0
kafka-topics --bootstrap-server b --command-config X --list
kafka-topics.sh --bootstrap-server b --command-config X --list
kafka-consumer-groups --command-config=X --list
kafka-acls --command-config X --list
kafka-configs --command-config X --describe
kafka-configs.sh --alter --add-config-file X
kafka-console-consumer --consumer.config X --topic a
kafka-console-producer --producer.config X --topic a
kafka-console-consumer --formatter X --topic a
kafka-console-consumer --consumer-property X --topic a
kafka-console-producer --producer-property X --topic a
kafka-console-producer --line-reader X --topic a
kafka-run-class X
kafka-run-class.sh X
kafka-reassign-partitions --command-config X --list
kafka-broker-api-versions --command-config=X
kcat -F X -L
kcat -X ssl.engine.location=X -L
kcat -X plugin.library.paths=X -L
kafkacat -F X -L
zookeeper-shell a -zk-tls-config-file X
aws --cli-input-json X s3api a
aws ssm send-command --cli-input-json X
aws lambda update-function-code --cli-input-json file://X
aws --ca-bundle a ssm start-session --target X
aws configure set credential_process X
aws configure set profile.a.credential_process X
aws ec2 run-instances --user-data X
aws ecs execute-command --command X
aws ecs run-task --overrides X
aws ssm send-command --parameters commands=X
gcloud compute ssh h --command X
gcloud compute ssh h --ssh-flag=X
gcloud compute ssh h -- X
gcloud compute scp --scp-flag=X a b
gcloud compute instances add-metadata i --metadata=startup-script=X
gcloud --flags-file=X info
gcloud --configuration X info
az vm run-command invoke --scripts X
az vm extension set --settings X
terraform -chdir=X plan
terraform apply -var-file=X
terraform apply -var-file X
terraform init -plugin-dir=X
terraform init -backend-config=X
terraform init -from-module=X
terraform plan -var cmd=X
terraform console -var a=X
terragrunt --terragrunt-tfpath X plan
terragrunt --terragrunt-config=X plan
tofu -chdir=X plan
tofu init -plugin-dir=X
pulumi --cwd X up
pulumi up --exec-agent X
ansible all -m X
ansible all -m shell -a X
ansible all -a X
ansible all -e @X -m ping
ansible all -e a=X -m ping
ansible-playbook -e X a.yml
ansible-playbook --extra-vars=X a.yml
ansible-playbook -i X a.yml
ansible-playbook X
ansible-playbook --ssh-common-args=X a.yml
ansible all --ssh-extra-args X -m ping
ansible all --ssh-common-args=X -m ping
ansible all --become-method X -m ping
ansible all -c X -m ping
ansible all --connection=X -m ping
ansible all --vault-password-file X -m ping
ansible all -M X -m ping
ansible-galaxy install X
ansible-galaxy install -r X
ansible-pull -U X
ansible-console X
ansible-vault edit --vault-password-file X a
ansible-inventory -i X --list
ansible-doc -M X a
puppet apply X
puppet apply -e X
chef-client -c X
chef-apply -e X
knife ssh a X
knife exec -E X
salt a cmd.run X
salt-ssh a -r X
journalctl --pager=X
systemctl edit X --editor=X
systemctl set-environment LD_PRELOAD=X
systemctl set-environment PATH=X
systemctl link X
systemctl set-property a ExecStart=X
systemctl --root=X enable a
systemctl -H X status
systemctl --host=X status
systemctl -M X status
systemd-run X
systemd-run --property=ExecStartPre=X ls
systemd-run -p ExecStartPre=X ls
systemd-run -E LD_PRELOAD=X ls
systemd-run --setenv=LD_PRELOAD=X ls
systemd-run --on-active=5 X
systemd-run --timer-property=X ls
systemd-inhibit X
systemd-nspawn -D a X
systemd-cat X
less +!X
less -k X a
less --lesskey-file=X a
less --lesskey-src=X a
less --lesskey-content=X a
less -ta +X
more +X a
man -P X ls
man --pager=X ls
man -PX ls
man -HX ls
man --html=X ls
man -C X ls
man -l X --pager=X
man --preprocessor=X ls
man -p X ls
vim -c X a
vim +X a
vim --cmd X a
vim -S X a
vim -u X a
vim --startuptime a -c X
vim -s X a
vim -W a -c X
vim -i X a
vi -c X a
view +X a
ex -c X a
nvim --headless -c X
nvim -l X
nvim -c X
nvim --luamod-dev -u X
vimdiff -c X a b
gvim -c X a
rvim +X a
ed X
emacs --eval X
emacs -l X
emacsclient -e X
emacsclient --eval X
nano -s X a
nano --speller=X a
nano --rcfile=X a
nano -f X a
nano --operatingdir=a --rcfile X
joe -rc X
micro -config-dir X a
micro -plugin install X
tmux -c X
tmux new X
tmux new-session -d X
tmux send-keys X
tmux -f X
tmux run-shell X
screen -dm X
screen -c X
screen -S a -X stuff X
screen -S a -X exec X
zellij run X
byobu X
script -c X a
script -qc X a
script --command=X a
script a -c X
expect -c X
expect -f X
expect X
expect -d -f X
unbuffer X
dialog --file X
gdb -ex X a
gdb -x X a
gdb --eval-command=X a
gdb --args X
gdb -ix X a
gdb -iex X a
gdb --command=X a
gdb --batch -ex X
gdb -p 1 -ex X
gdb --data-directory=X a
gdb --init-command=X a
gdbserver :1 X
lldb -o X a
lldb -S X a
lldb --one-line-before-file X a
strace X
strace -f -e trace=a X
strace -E LD_PRELOAD=X ls
strace -o |X ls
ltrace X
perf record X
perf record -- X
perf stat X
perf stat -e a -- X
perf script -s X
perf script --script X
perf script -g X
perf script record X
perf report --objdump=X
perf annotate --objdump X
perf top --objdump X
perf --exec-path=X top
valgrind X
valgrind --tool=a X
valgrind --trace-children=yes --db-command=X a
nc -e X h 1
nc -c X h 1
nc h 1 -e X
ncat --exec X h 1
ncat --sh-exec=X h 1
ncat --lua-exec X h 1
ncat -e X -l 1
netcat -e X h 1
netcat -c X h 1
nc.traditional -e X h 1
socat - EXEC:X
socat TCP-LISTEN:1 SYSTEM:X
socat OPEN:X -
busybox X
busybox sh -c X
busybox nc -e X h 1
toybox X
python -m X
python -c X
python3.11 -m X
python3 -X importtime -c X
python3 -W X a.py
python3 -ic X
python3 -Im X
python X
python3 -mX
pypy -c X
pypy3 -m X
ipython -c X
ipython --InteractiveShellApp.exec_lines=X
jupyter nbconvert --execute X
node -r X a.js
node --import X a.js
node --import=X a.js
node --require=X a.js
node --loader X a.js
node --experimental-loader=X a.js
node -e X
node -p X
node --eval=X
node -pe X
node --inspect=a -e X
node --openssl-config=X a.js
node --env-file=X a.js
node --run X
node --test-reporter X a.js
node --test-reporter=X
node --test-global-setup=X
node --snapshot-blob X a.js
node X
tsx X
tsx -e X
ts-node -e X
ts-node -r X a.ts
deno run X
deno eval X
deno task X
bun X
bun -e X
bun run X
ruby -r X a.rb
ruby -rX a.rb
ruby -e X
ruby -I X a.rb
ruby -ne X
ruby -C X a.rb
ruby X
irb -r X
rails runner X
rails r X
rake X
bundle exec X
gem install X
perl -e X
perl -E X
perl -MX a
perl -I X a
perl -ne X
perl -pi -e X a
perl X
perl -F X -ane a
php -r X
php --run X
php -B X
php -d auto_prepend_file=X a.php
php -c X a.php
php -f X
php X
php artisan tinker --execute=X
composer require X
composer exec X
composer run-script X
lua -e X
lua -l X a
lua X
luajit -e X
Rscript -e X
Rscript X
R -e X
julia -e X
julia X
groovy -e X
groovy X
scala -e X
kotlin -e X
kotlinc -script X
jshell X
java -jar X
java -cp X a
java -javaagent:X a
java -XX:OnError=X a
java -XX:OnOutOfMemoryError=X a
java -XX:Flags=X a
java -agentlib:X a
java -agentpath:X a
java -Djava.security.manager=X a
java -Djava.ext.dirs=X a
java -Djava.library.path=X a
java -Djava.system.class.loader=X a
java --module-path X -m a
java -p X -m a
java -m X
java --patch-module a=X
java -Xbootclasspath/a:X a
java -cp a X
java X
java @X
java --upgrade-module-path X a
javac -processorpath X a.java
javac -J-javaagent:X a.java
jcmd 1 VM.agent_load X
jcmd 1 JVMTI.agent_load X
jattach 1 load X
jrunscript -e X
jjs X
gcc -wrapper X a.c
gcc -fplugin=X a.c
gcc -B X a.c
gcc -specs=X a.c
gcc @X
gcc -Wl,-plugin=X a.c
gcc -Xlinker X a.c
g++ -wrapper X a.c
g++ -fplugin=X a.c
cc -B X a.c
cc -wrapper X a.c
c++ -specs=X a.c
clang -fplugin=X a.c
clang -Xclang X a.c
clang++ -fplugin=X a.c
clang -fpass-plugin=X a.c
clang --config=X a.c
clang --config X a.c
ld -plugin X a.o
ld -plugin=X a.o
ld -T X a.o
ld.so X
ld-linux-x86-64.so.2 X
/lib64/ld-linux-x86-64.so.2 --preload X ls
/lib64/ld-linux-x86-64.so.2 X
ccache X
distcc X
scan-build X
bear -- X
make -f X
make X
make -C X
make CC=X
gmake -I X
ninja -f X
ninja -C X
ninja X
cmake -P X
cmake -E X
cmake --build . --target a -- X
cmake -DCMAKE_C_COMPILER=X .
cmake -DCMAKE_CXX_COMPILER_LAUNCHER=X .
cmake --toolchain X .
cmake -C X .
cmake -E env X
ctest -S X
ctest --build-makeprogram X
meson compile --ninja-args X
meson setup --native-file X a
scons -f X
bazel run X
bazel build --script_path=X
buck run X
npm run X
npm exec X
npm exec -- X
npm exec -c X
npm install X
npm i X
npm ci --script-shell=X
npm run a --script-shell X
npm explore a -- X
npm --prefix X run a
npm -C X test
npm --node-options=X test
npm --userconfig X test
npm config set script-shell X
npm init X
npm create X
npx X
npx -c X
npx -p X a
npx --package=X a
pnpm exec X
pnpm dlx X
pnpm create X
yarn dlx X
yarn exec X
yarn create X
yarn --use-yarnrc X a
yarn config set yarnPath X
yarn node X
corepack X
volta run X
nvm exec X
fnm exec X
cargo run --manifest-path X
cargo --config X build
cargo --config=X build
cargo --config target.a.runner=X build
cargo -Z X build
cargo -C X build
cargo install X
cargo install --git X
cargo install --path X
cargo build --manifest-path=X
cargo test --config X
cargo rustc -- -C linker=X
rustc -C linker=X a.rs
rustc -Clinker=X a.rs
rustc -Z codegen-backend=X a.rs
rustup run X
rustup run stable X
go run X
go test -exec X
go test -exec=X
go build -toolexec X
go build -toolexec=X
go vet -vettool=X
go vet -vettool X
go generate X
go install X
go get X
go tool X
go build -ldflags X
go build -gcflags=X
go build -overlay=X
go build -C X
go -C X build
go env -w CC=X
go env -w GOFLAGS=X
go build -modfile=X
dotnet exec X
dotnet run --project X
dotnet X
dotnet test --settings X
dotnet build -p:X
dotnet msbuild -p:CustomBeforeMicrosoftCommonTargets=X
dotnet tool install X
dotnet fsi X
dotnet script eval X
msbuild X
mono X
pip install X
pip install -r X
pip install --index-url X a
pip install -e X
pip wheel X
pip download X
pip3 install X
pip install --config-settings X a
pipx run X
pipx install X
uv pip install X
uv tool run X
uv tool install X
uvx X
poetry run X
pipenv run X
conda run X
hatch run X
tox -e a -c X
nox -f X
pytest -p X
pytest -c X
pytest --rootdir=X
pytest -o X
celery -A X worker
gunicorn X
gunicorn -c X a
uvicorn X
flask --app X run
uwsgi --ini X
django-admin shell -c X
manage.py shell -c X
./manage.py shell -c X
jq -f X a
jq --from-file X a
jq -L X . a
jq -LX . a
jq X a
jq -r X a
jq -nf X
jq -rf X a
yq -i X a
yq eval X a
yq -r X a
yq --from-file X a
yq e X a
gojq X a
jaq X a
fx a X
dasel -s X
mlr put X
mlr --icsv filter X a
rsync -e X a b
rsync --rsh=X a b
rsync --rsh X a b
rsync --rsync-path=X a b
rsync -avze X a b
rsync -M X a b
rsync --remote-option=X a b
rsync --config=X --daemon
rsync --early-input=X --daemon
rsync --password-command X a b
rclone --password-command X ls a
rclone --password-command=X ls a
rclone --sftp-ssh=X ls a
rclone --sftp-ssh X ls a
rclone --config=X ls a
rclone rc --url=a core/command command=X
rclone mount --config X a b
restic --password-command=X snapshots
restic --password-command X snapshots
restic -o sftp.command=X snapshots
restic -o X snapshots
restic --option sftp.command=X snapshots
borg --rsh=X list
borg --rsh X list
borg with-lock r X
borg list --remote-path=X r
borg list --remote-path X r
borg create --content-from-command r -- X
duplicity --ssh-options=X a b
duplicity --rsync-options=X a b
duplicity --ssh-options X a b
scp -S X a b
scp -o X a b
scp -oProxyCommand=X a b
scp -F X a b
scp -J X a b
scp -D X a b
scp -rS X a b
sftp -b X h
sftp -S X h
sftp -o ProxyCommand=X h
sftp -D X
sftp -s X h
sftp -bX h
ssh -o ProxyCommand=X h
ssh -oLocalCommand=X h
ssh -F X h
ssh -E X h
ssh -I X h
ssh h X
ssh X h
ssh -J X h
ssh-keygen -D X
ssh-keygen -Y sign -I X -D X
ssh-keygen -w X
ssh-add -s X
ssh-add -S X
ssh-agent X
ssh-agent -P X
ssh-agent sh -c X
ssh-copy-id -o ProxyCommand=X h
ssh-copy-id -o X h
ssh-copy-id -F X h
ssh-keyscan -f a -O X
sshd -f X
sshd -o X
sshd -oAuthorizedKeysCommand=X
sshfs -o ssh_command=X h:a b
sshfs -F X h:a b
sshfs -o X h:a b
sshuttle -e X -r h 0/0
sshuttle --ssh-cmd=X -r h 0/0
sshuttle --ssh-cmd X -r h 0/0
sshpass -p a X
pscp -proxycmd X a b
plink -proxycmd X h
plink h X
plink -m X h
plink -batch h X
dbclient -J X h
dbclient h X
et h -c X
mosh --ssh=X h
mosh --server=X h
rsh h X
rexec h X
krsh h X
dsh -m h X
pdsh -w h X
pssh -h f X
clush -w h X
parallel-ssh -h f X
fab -H h -- X
nmap --script X h
nmap --script=X h
nmap --script-args=X h
nmap --script-args-file=X h
nmap --datadir X h
nmap --servicedb X h
nmap --script-args-file X h
masscan -c X
masscan --nmap-payloads X
tcpdump -z X -w a
tcpdump -G 1 -z X -w a
tcpdump -zX -w a
tcpdump -nz X
tshark -X lua_script:X
tshark -o X
tshark -Xlua_script:X
wireshark -X lua_script:X
ip netns exec n X
ip -b X
ip -batch X
ip -force -batch X
ip vrf exec v X
tc -b X
bridge -batch X
nft -f X
nft -i X
nft X
iptables-restore X
iptables --modprobe=X -L
iptables -M X -L
ip6tables --modprobe X -L
ipset restore -f X
modprobe X
modprobe -C X a
modprobe -d X a
insmod X
kmod insmod X
sysctl -w kernel.core_pattern=X
sysctl kernel.core_pattern=X
sysctl kernel.modprobe=X
sysctl -p X
sysctl --load=X
bpftrace X
bpftrace -e X
bpftrace -c X a.bt
bpftrace a.bt -c X
bpftrace --include X a.bt
stap -e X
stap -c X a
stap X
dtrace -n X
dtrace -s X
dtrace -c X -n a
trace-bpfcc X
bpftool prog load X a
psexec h X
psexec \\h X
winrs -r:h X
wmic process call create X
schtasks /create /tr X
sc create a binPath=X
cmd /c X
cmd.exe /c X
cmd /k X
powershell -Command X
powershell -c X
powershell -enc X
powershell -EncodedCommand X
powershell -File X
powershell X
pwsh -c X
pwsh -File X
pwsh -EncodedCommand X
pwsh -Command X
pwsh -ec X
pwsh -e X
rundll32 X
regsvr32 X
mshta X
cscript X
wscript X
msiexec /i X
chroot a X
unshare -m X
unshare X
unshare --map-root-user X
nsenter -t 1 X
nsenter -t 1 -- X
setpriv --reuid=1 X
runuser -u a X
runuser -u a -- X
runuser -l a -c X
runuser -c X a
runuser --session-command=X a
su -c X
su a -c X
su - a -c X
su --command=X a
su -s X a
su --shell=X a
su --session-command=X a
su --session-command X a
sudo X
sudo -u a X
sudo -E X
sudo LD_PRELOAD=X ls
sudo -s X
sudo -i X
sudo -R X ls
sudo -A -p a X
sudo env LD_PRELOAD=X ls
doas X
doas -u a X
doas -C X
pkexec X
gksudo X
kdesu X
calife X
watch X
watch -n 1 X
timeout 5 X
timeout -s KILL 5 X
nice X
nice -n 5 X
ionice -c 3 X
nohup X
setsid X
stdbuf -oL X
time X
chrt -f 1 X
taskset 1 X
taskset -c 1 X
catchsegv X
parallel X
parallel -j 2 X ::: a
parallel ::: X
xargs X
xargs -n 1 X
xargs -a f X
xargs -I {} sh -c X
find . -fprintf X a
find . -fls X
fd -x X
fd a --exec X
fd a -X X
fdfind a -x X
entr X
at -f X now
at X
batch -f X
crontab X
crontab -u a X
anacron -t X
run-parts X
start-stop-daemon --start --exec X
start-stop-daemon --start --startas X
daemon -- X
daemon --name=a -- X
daemonize X
supervisorctl -c X status
supervisord -c X
runsv X
s6-svscan X
s6-setuidgid a X
tini -- X
tini X
dumb-init X
dumb-init -- X
gosu a X
su-exec a X
catatonit X
cgexec -g cpu:a X
flock f X
flock f -c X
flock -n f -- X
lockrun -L f -- X
with-contenv X
chpst -u a X
envdir d X
setuidgid a X
softlimit X
exec X
command X
mail -S X
mail -S pager=X
mail -r a -S sendmail=X b
mailx -S X
mailx -S mta=X a
s-nail -S X
s-nail -X X
mail -X X
mutt -e X
mutt -F X
neomutt -e X
sendmail -C X
sendmail -O X
sendmail -oQX
sendmail -X X
sendmail -oProgMailer=X
exim -be X
exim -C X
exim -D X
exim4 -be X
msmtp -C X
msmtp --file=X
msmtp --passwordeval=X a
postfix -c X start
postconf -e mailbox_command=X
postconf -e X
procmail X
fetchmail -f X
fetchmail --mda X
fetchmail --mda=X
fetchmail --postconnect=X
offlineimap -c X
mbsync -c X
zip -TT X a b
zip -T --unzip-command=X a b
zip --unzip-command X a b
zip -TTX a b
zip -T -TT X a b
7z a -sfxX a
tar -I X -cf a b
tar --use-compress-program=X -cf a b
tar --checkpoint=1 --checkpoint-action=exec=X -cf a b
tar --checkpoint-action X -cf a b
tar -F X -cf a b
tar --to-command=X -xf a
tar --rsh-command=X -cf a b
tar --rmt-command X -cf a b
tar -xf a --to-command X
tar --info-script=X -cf a b
tar xIf X a
tar cFf X a b
bsdtar --use-compress-program X -xf a
star -compress-program=X -c a
cpio --rsh-command=X -o
cpio -o --rsh-command X
ar --plugin X t a
nm --plugin=X a
nm --plugin X a
rpm --eval X
rpm -E X
rpm --define X a
rpm --pipe X -qa
rpm --dbpath=a --pipe=X -qa
rpm --rcfile=X -qa
rpm --macros=X -qa
rpm -i X
rpm -Uvh X
rpmbuild -ba X
rpmbuild --define X a
dpkg -i X
dpkg --install X
dpkg --pre-invoke=X -i a
apt-get -o APT::Update::Pre-Invoke=X update
apt-get -o X update
apt-get -oX update
apt-get -c X update
apt -o X update
aptitude -o X update
yum localinstall X
yum -c X update
dnf --setopt=X update
dnf --config=X update
dnf copr enable X
zypper --config X up
zypper -c X up
apk --repositories-file X update
pacman -U X
pacman --config X -Syu
pacman --hookdir=X -Syu
snap run X
flatpak run X
brew sh -c X
nix run X
nix-shell -p X
nix-shell --run X
nix-build X
nix-build -E X
nix eval --expr X
nix-instantiate --eval -E X
nix --option X a
guix shell X
certbot --deploy-hook X renew
certbot --pre-hook=X renew
certbot renew --post-hook X
certbot --manual-auth-hook=X certonly
certbot -c X renew
certbot --config X renew
acme.sh --reloadcmd X
acme.sh --pre-hook X
dehydrated --hook X
dehydrated -k X
lego --run-hook X run
lego renew --renew-hook=X
nginx -c X
nginx -g X
nginx -p X
nginx -e a -c X
apachectl -f X
apachectl -c X
apache2ctl -c X
apache2 -f X
httpd -C X
httpd -c X
haproxy -f X
haproxy -W -f X
squid -f X
lighttpd -f X
caddy run --config X
caddy run --config=X
caddy adapt --config X
traefik --configFile=X
varnishd -f X
varnishd -p X a
varnishadm vcl.inline a X
unbound -c X
named -c X
dnsmasq -C X
dnsmasq --dhcp-script=X
dnsmasq --conf-file=X
dhclient -sf X a
dhcpcd -c X a
dhcpcd --script X a
udhcpc -s X
udhcpc --script=X
wpa_cli -a X
wpa_supplicant -c X
openvpn --config X
openvpn --up X
openvpn --tls-verify X
openvpn --auth-user-pass-verify X via-env
openvpn --ipchange X
openvpn --down=X
openvpn --learn-address X
openvpn --iproute X
openvpn --client-disconnect X
openvpn --route-pre-down X
openconnect -s X h
openconnect --script=X h
openconnect --script-tun -s X h
openconnect --csd-wrapper=X h
openconnect --csd-wrapper X h
vpnc --script X
vpnc-connect X
wg-quick up X
pppd pty X
pppd connect X
chat -f X
stunnel X
stunnel4 X
tor --defaults-torrc X
tor -f X
xinetd -f X
inetd X
tcpserver 0 1 X
ucspi-tcp X
tcpsvd 0 1 X
websocketd --port=1 X
ttyd X
ttyd -p 1 X
gotty X
shellinabox -s X
autossh -M 0 h X
autossh -o X h
consul exec X
consul lock p X
consul agent -config-file=X
consul agent -config-dir X
consul-template -exec X
consul-template -template a:b:X
consul-template -template=a:b:X
envconsul X
nomad exec a X
nomad alloc exec a X
nomad job run X
nomad run X
nomad agent -config=X
nomad agent -config X
vault agent -config=X
vault server -config X
vault ssh -mode=ca h X
vault write sys/plugins/catalog/a command=X
boundary connect -exec X
boundary connect ssh -- X
teleport start -c X
tsh ssh h X
etcdctl exec-watch k -- X
etcdctl lock l X
packer build X
packer build -var-file=X a
packer build -var-file X a
vagrant ssh -c X
vagrant ssh -- X
vagrant ssh --command=X
virsh qemu-agent-command d X
virsh -c X list
virsh define X
virsh create X
virt-customize --run-command X
virt-customize -a a --run X
virt-install --extra-args X
qemu-system-x86_64 -drive X -monitor X
qemu-system-x86_64 -netdev tap,script=X
lxc exec c -- X
lxc exec c X
lxc-attach -n c -- X
lxc-execute -n c X
incus exec c -- X
multipass exec v -- X
multipass launch --cloud-init X
wsl -e X
wsl X
wsl -- X
adb shell X
fly ssh console -C X
flyctl ssh console --command X
heroku run X
heroku run:detached X
railway run X
cf ssh a -c X
cf run-task a --command X
eb ssh -c X
copilot svc exec -c X
doctl compute ssh d --ssh-command X
doctl compute ssh d --ssh-command=X
hcloud server ssh s X
oci --cli-rc-file X iam
ibmcloud plugin install X
gh alias set x X
gh alias set --shell x X
gh extension install X
gh extension exec X
gh codespace ssh -- X
gh api -F a=@X /x
gh config set editor X
gh config set pager X
glab alias set x X
hg --config alias.x=X x
hg --config=alias.x=X x
hg clone --remotecmd X a
hg clone --remotecmd=X a
hg clone -e X a
hg clone --ssh=X a
hg --cwd X log
hg -R X log
svn --config-option config:tunnels:ssh=X co a
svn --editor-cmd X ci
svn diff --diff-cmd=X
svn --config-dir=X up
svn merge --diff3-cmd X a b
svn co svn+ssh://a --config-option=X
cvs -e X ci
cvs -d :ext:X co a
sort --compress-program X a
sort --compress-program=X a
sort -S 1 --compress-prog X a
split --filter=X a
split -l 1 --filter X a
awk X a
awk -f X a
awk -e X a
awk -v a=b X f
awk --source X a
awk -F , X a
gawk -l X {} a
gawk -i X {} a
gawk --include=X {} a
gawk --load X {} a
gawk --file=X a
busybox awk X a
sed X a
sed -e X a
sed -i X a
sed -f X a
sed --file=X a
sed -ne X a
sed -n X a
sed -nf X a
sed -E X a
sed -i.bak X a
gsed -s X a
rg --pre X a
rg --pre=X a
rg --hostname-bin=X a
rg --search-zip --pre X a
ag --pager X a
ag --pager=X a
ack --pager=X a
ack --pager X a
bat --pager=X a
bat --pager X a
delta --pager X
fzf --preview X
fzf --preview=X
fzf --bind X
fzf --bind=enter:execute(X)
fzf --execute X
gum spin -- X
gum spin --title a -- X
xdg-open X
open -a X
osascript -e X
launchctl load X
launchctl submit -l a -- X
gnuplot -e X
gnuplot X
gnuplot -p X
octave --eval X
octave X
maxima --batch-string=X
gs -c X
gs -sDEVICE=a X
gs -q -dSAFER X
pdflatex -shell-escape X
latexmk -pdflatex=X a
latexmk -e X a
latex X
tex X
pandoc --filter X a
pandoc --filter=X a
pandoc --lua-filter=X a
pandoc -F X a
pandoc -L X a
pandoc --pdf-engine=X a
pandoc -d X a
sphinx-build -c X a b
asciidoctor -r X a
gpg --photo-viewer X -k
gpg --options X -k
gpg --agent-program=X -k
gpg --pinentry-mode a --dirmngr-program X -k
gpg --keyserver-options exec-path=X -k
gpg-agent --pinentry-program X
gpg-agent --pinentry-program=X
gpg-connect-agent X
gpg --homedir=X -k
keytool -providerpath X -list
keytool -providerclass X -list
keytool -J-javaagent:X -list
keytool -addprovider a -providerarg X
jarsigner -providerPath X a b
jarsigner -J-javaagent:X a
pkcs11-tool --module X -L
pkcs11-tool --module=X -L
p11tool --provider X
snmpd -c X
snmptrapd -c X
snmpget -m X a
collectd -C X
telegraf --config X
telegraf --config=X
fluentd -c X
fluent-bit -c X
logstash -f X
logstash -e X
logstash --config.string X
vector --config X
vector -c X
filebeat -c X
filebeat -e -c X
prometheus --config.file=X
prometheus --config.file X
alertmanager --config.file=X
grafana-cli plugins install X
grafana-cli --pluginUrl X plugins install a
zabbix_get -s h -k system.run[X]
zabbix_agentd -c X
zabbix_agentd -t system.run[X]
check_nrpe -H h -c X
check_by_ssh -H h -C X
nrpe -c X
monit -c X
logrotate X
logrotate -s a X
rsyslogd -f X
syslog-ng -f X
auditctl -R X
cloud-init single --file X
cloud-init --file X modules
spark-submit X
spark-submit --class a X
spark-submit --jars X a
spark-submit --packages X a
spark-submit --conf spark.driver.extraJavaOptions=X a
spark-submit --py-files X a
spark-submit --files a --properties-file X a
spark-shell -i X
spark-sql -e X
spark-sql -f X
pyspark X
hive -e X
hive -f X
beeline -e X
beeline -f X
beeline -u X
hadoop jar X
hadoop fs -Dfs.a.impl=X -ls
yarn jar X
flink run X
storm jar X
presto --execute X
trino --execute=X
trino -f X
trino --file X
impala-shell -q X
impala-shell -f X
cqlsh -e X
cqlsh -f X
cqlsh --file=X
cqlsh --cqlshrc=X
cqlsh --cqlshrc X
clickhouse-client -q X
clickhouse-client --query=X
clickhouse client -q X
clickhouse-local -q X
clickhouse-local --query X
clickhouse-client --queries-file X
clickhouse-client -C X
clickhouse-client --config-file=X
influx query X
influx -execute X
influx query -f X
cypher-shell X
cypher-shell -f X
arangosh --javascript.execute X
arangosh --javascript.execute-string X
cbq -script=X
cbq -s X
sqlcmd -Q X
sqlcmd -i X
sqlplus a @X
sqlplus a/b @X
isql -i X
duckdb -c X
duckdb a.db X
duckdb -init X
usql -c X
mycli -e X
litecli -e X
dbt run --profiles-dir X
dbt run-operation X
dbt run --vars X
flyway -configFiles=X migrate
flyway -locations=X migrate
liquibase --changelog-file=X update
liquibase --defaults-file=X update
liquibase --classpath=X update
liquibase execute-sql --sql=X
liquibase execute-sql --sql X
alembic -c X upgrade head
alembic -x X upgrade head
migrate -source X up
mvn -Dexec.executable=X exec:exec
mvn exec:java -Dexec.mainClass=X
mvn X
mvn -f X install
mvn -s X install
mvn -Dmaven.ext.class.path=X install
mvnw X
./mvnw -f X a
gradle -I X build
gradle --init-script=X build
gradle -Dorg.gradle.jvmargs=X build
gradle -b X
gradle --project-dir X build
./gradlew --init-script X build
ant -f X
ant X
ant -buildfile X
ant -lib X a
sbt X
lein run -m X
lein X
mill X
clojure -e X
clojure -M -e X
clj -M -e X
bb -e X
elixir -e X
mix run -e X
mix X
iex -e X
erl -eval X
rabbitmqctl eval X
rabbitmqctl -n a eval X
rabbitmq-plugins enable X
rabbitmq-diagnostics eval X
ghc -e X
runghc X
stack exec X
stack runghc X
cabal exec X
ocaml X
dart X
dart run X
flutter run -t X
swift X
swift run X
zig run X
nim e X
nim r X
crystal run X
crystal eval X
racket -e X
guile -c X
guile -s X
guile X
sbcl --eval X
sbcl --load X
sbcl --script X
clisp -x X
tclsh X
wish X
gforth -e X
sclang X
fish -c X
fish -C X
fish --init-command=X
zsh -c X
zsh -ic X
bash --init-file X
bash --rcfile=X
bash -O a -c X
dash -c X
ksh -c X
nu -c X
nu --commands X
nu --config X
xonsh -c X
elvish -c X
oil -c X
osh -c X
pwsh -NoProfile -NonInteractive -Command X
rbash -c X
sash -c X
yash -c X
csh -c X
tcsh -c X
find . -exec X ;
find . -execdir X ;
find . -ok X ;
find . -exec sh -c X ;
find . -exec env LD_PRELOAD=X ls ;
bash -o pipefail -c X
sh -eo pipefail -c X
bash -euo pipefail -c X
perl -I lib -e X
ruby -I lib -e X
node -r a -e X
php -d a=b -r X
lua -l a -e X
sudo bash -o pipefail -c X
kubectl exec p -- bash -o pipefail -c X
`
  .trim()
  .split('\n');

/** Commands of everyday work in which `X` is data. */
export const dataForms: readonly string[] = `
kubectl get pod X
kubectl get pod -n X
kubectl -n X get pods
kubectl logs X
kubectl logs X -c a --tail=100
kubectl describe pod X
kubectl delete pod X
kubectl rollout restart deployment/X
kubectl rollout undo deployment/a --to-revision=X
kubectl scale deployment X --replicas=3
kubectl scale deployment a --replicas=X
kubectl annotate pod a note=X
kubectl label node a pool=X
kubectl cordon X
kubectl drain X --ignore-daemonsets
kubectl top pod X
kubectl set image deployment/a a=registry/a:X
kubectl exec X -- ls
kubectl exec X -c a -- df -h
kubectl exec a -- rm -- X
kubectl cp X:/var/log/a /tmp/a
kubectl --context X get pods
kubectl wait --for=condition=ready pod/X
kubectl set env deployment/a LOG_LEVEL=X
kubectl create job X --from=cronjob/a
kubectl config use-context X
kubectl auth can-i get X
kubectl port-forward X 8080:80
kubectl apply -f X
kubectl apply -f manifests/X.yaml
kubectl get events --field-selector involvedObject.name=X
docker restart X
docker stop X
docker logs --tail 100 X
docker inspect X
docker rm -f X
docker pull registry/a:X
docker exec X ls
docker exec api cat X
docker compose restart X
docker compose up -d X
docker compose logs X
docker network inspect X
docker volume rm X
docker tag a registry/a:X
docker run -e LOG_LEVEL=X registry/a
docker service scale a=X
docker-compose restart X
docker-compose logs --tail=5 X
podman restart X
helm rollback X 3
helm rollback a X
helm upgrade a repo/a --version X
helm upgrade a repo/a --set image.tag=X
helm history X
helm uninstall X
helm -n X list
git fetch origin X
git checkout X
git log X
git tag X
git revert X
git branch -d X
git push origin X
git clone -- X a
git config user.name X
git config --get X
git commit -m X
git show X
git push --force-with-lease origin X
curl http://localhost/X
curl -d name=X http://localhost
curl --request=POST http://localhost/X
curl -o X http://localhost
curl -H X-Name:X http://localhost
wget -O X http://localhost
wget http://localhost/X
openssl x509 -in X -noout
openssl s_client -connect X:443
psql -d X -c select1
psql -h X
psql -v name=X -f a.sql
psql --set=name=X -f a.sql
psql -U X
pg_dump -d X -f a
pg_dump --table=X
pg_restore -d X a
vacuumdb -d X
mysql -D X
mysql -h X
mysqldump a X
mysqladmin -h X ping
mysqladmin kill X
redis-cli GET X
redis-cli -h X PING
redis-cli DEL X
redis-cli -n 0 TTL X
redis-cli CLIENT KILL ID X
redis-cli CONFIG SET maxmemory X
redis-cli CONFIG GET X
redis-cli --scan --pattern X
mongodump --db X
mongoexport --collection=X
kafka-topics --bootstrap-server b --describe --topic X
kafka-topics.sh --bootstrap-server X --list
kafka-consumer-groups --bootstrap-server b --describe --group X
kafka-consumer-groups --bootstrap-server b --reset-offsets --group X --to-latest --topic a
kafka-configs --alter --entity-name X --add-config retention.ms=1
kafka-console-consumer --topic X
kcat -b b -t X
aws s3 cp X s3://a
aws s3 rm s3://a/X
aws ec2 reboot-instances --instance-ids X
aws ecs update-service --service X --desired-count 2
aws logs tail X
aws rds describe-db-instances --db-instance-identifier X
aws ecs update-service --cluster a --service b --desired-count X
aws lambda invoke --function-name X out
gcloud compute instances reset X
gcloud sql instances restart X
gcloud container clusters resize X --num-nodes 2
az vm restart --name X
az aks scale --name X
terraform state show X
terraform workspace select X
terraform plan -target=X
terraform taint X
terraform output X
journalctl -u X
journalctl --unit=X
journalctl --since X
systemctl restart X
systemctl status X
systemctl is-active X
systemctl edit X
systemctl stop -- X
systemctl set-property X MemoryMax=1G
loginctl terminate-session X
less X
less -- X
man X
tail -n 100 X
tail -f X
head -n 5 X
cat X
ls -l X
cp -- a X
mv -- a X
ln -s -- a X
rm -rf -- X
dd if=/dev/zero of=X
tee -- X
truncate -s 0 -- X
install -m 644 -- a X
chown app X
chmod 600 X
du -sh X
df -h X
stat X
touch -- X
mkdir -p X
gzip X
tar -cf a.tar -- X
tar -xf X
tar -xzf a.tar.gz -C X
zip a.zip X
unzip X -d a
7z x X
grep -- X file
grep -r X dir
sort X
sort -k 2 X
uniq X
cut -d , -f X a
wc -l X
diff a X
xargs -n 1 -a f rm -- X
timeout 5 ls X
nice -n 5 gzip X
sudo systemctl restart X
sudo -u postgres psql -d X
sudo -n rm -f -- X
env LOG_LEVEL=X ./run.sh
ssh-keygen -R X
scp -- a h:X
rsync -a -- a X
rsync -a a h:/srv/X
rsync -a --exclude=X a b
rsync -a --bwlimit=X a b
find /var/log -name X -delete
find /var/log -mtime +X
ping -c 3 X
dig X
nslookup X
host X
traceroute X
mtr -r X
nmap -p 443 X
tcpdump -i X
ip addr show X
ip route get X
ip link set X up
ss -t state X
nc -z X 443
ethtool X
iptables -D INPUT -s X -j DROP
kill X
pkill -x X
ps -u X
pgrep X
renice -n 5 -p X
gh run rerun X
gh pr merge X
gh workflow run deploy --ref X
npm view X
npm dist-tag add a X
pip show X
cargo test X
cargo build -p X
go test ./X
make-report X
./deploy.sh --env=X
./deploy.sh X
/opt/bin/deploy X
python3 /opt/a.py X
python3 /opt/a.py --name=X
node /opt/a.js X
perl /opt/a.pl X
ruby /opt/a.rb X
bash /opt/a.sh X
sh -c echo sh X
java -jar a.jar X
java -Xmx2g -jar a.jar X
java -Denv=X -jar a.jar
jq --arg v X .a
jq .a X
yq .a X
awk -v v=X {print} f
awk {print} X
sed -n 1p X
nomad job status X
nomad alloc restart X
nomad job stop X
consul kv get X
consul members -wan X
vault lease revoke X
vault kv get X
vault token revoke -accessor X
etcdctl get X
etcdctl member remove X
rabbitmqctl list_queues -p X
rabbitmqctl purge_queue X
rabbitmqctl close_connection X a
nodetool repair X
nodetool flush X
cqlsh -k X -e select
zpool status X
zfs snapshot X
lvextend -L +1G X
mount X
umount X
swapoff X
certbot renew --cert-name X
supervisorctl restart X
supervisorctl -c /etc/s.conf restart X
pm2 restart X
monit restart X
virsh reboot X
virsh shutdown X
lxc restart X
multipass restart X
argocd app sync X
argocd app rollback X 3
flux reconcile kustomization X
istioctl proxy-status X
linkerd viz stat deploy/X
velero restore create --from-backup X
pgbackrest --stanza=X info
patronictl switchover X
repmgr standby switchover -h X
logger -t a -- X
mail -s X ops
wall X
spark-submit --class a --name X a.jar
flink cancel X
dbt run --select X
flyway info -schemas=X
liquibase rollback --tag=X
crictl logs X
ctr images rm X
bq show X
doctl compute droplet-action reboot X
heroku ps:restart -a X
fly machine restart X
cf restart X
gcloud run services update-traffic X --to-latest
ansible all -m ping -l X
ansible-inventory --host X
salt-key -a X
puppet agent --environment X
snmpget -v 2c h X
kubectl logs -p X
kubectl patch deploy X -p {}
bash -o pipefail /opt/a.sh X
git clone https://h/X
psql -P format=csv -d X
kubectl create configmap a --from-literal=k=X
docker compose -f a.yml restart X
java -Dapp=X -jar a.jar
java -Dport=X -jar a.jar
curl -H Authorization:X http://h
redis-cli -h h DEL X
apt-get install -y nginx=X
`
  .trim()
  .split('\n');
