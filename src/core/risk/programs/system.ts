/** The machine itself: services, users, devices, networks, keys, schedules. */
import { judged } from '../shell/scope.ts';
import { type Program, program } from './rule.ts';

const STOPS = 'stops what runs on this machine';
const SETS = 'changes the machine’s settings';

export const SYSTEM: readonly Program[] = [
  program({
    names:
      'systemctl service rc-service sv supervisorctl s6-svc launchctl initctl rc-update chkconfig update-rc.d pm2 monit loginctl hostnamectl timedatectl localectl machinectl networkctl resolvectl bootctl coredumpctl systemd-analyze portablectl homectl busctl oomctl userdbctl importctl runit-init openrc rc-status forever',
    source: 'https://www.freedesktop.org/software/systemd/man/latest/systemctl.html',
    values: '-H --host -M --machine -t --type -p --property -n --lines -o --output',
    read: 'status, show, cat, list-units, list-unit-files, list-timers, list-sockets, list-dependencies, list-jobs, list-machines, is-active, is-enabled, is-failed, is-system-running, get-default, help, show-environment, list, ls, blockers, print, dump, log, logs, jlist, describe, info, monit, prettylist, list-sessions, list-users, session-status, user-status, seat-status, show-session, show-user, timesync-status, show-timesync, list-timezones, list-locales, list-keymaps, query, statistics, dns, domain, service, tlsa, blame, critical-chain, time, plot, calendar, timespan, timestamp, unit-paths, security, verify, condition, exit-status, dot, list-images, image-status, lldp, tree, introspect, monitor, capture, call, get-property, gdb, debug, user, group, groups, services, ssh-authorized-keys, --status-all, summary, avail, tail, pid, * status, hostname, chassis, is-installed, systeminfo, --failed|--all|-a|--version|--user',
    draft:
      'daemon-reload, reset-failed, --user daemon-reload, import-environment, set-environment, unset-environment, reread, flush-caches, reset-statistics, reset-server-features, inspect, save, startup, dev, kickstart -p',
    commit: {
      'start, restart, reload, try-restart, reload-or-restart, condrestart, enable, reenable, preset, unmask, link, edit, set-property, revert, add-wants, set-default, load, bootstrap, kickstart, add, update, switch, lock-session, set-hostname, set-timezone, set-ntp, set-locale, set-time, set-keymap, set-chassis, up, down, once, default, * start, * restart, * reload, install, activate, lock-sessions, enable-linger, log-level, attach, renew, reconfigure, resurrect, scale, deploy --help, create, import-tar, import-raw, pull-tar, pull-raw, clone':
        SETS,
    },
    irreversible: {
      'stop, kill, disable, mask, isolate, emergency, rescue, poweroff, reboot, halt, kexec, suspend, hibernate, hybrid-sleep, exit, terminate-session, terminate-user, kill-session, kill-user, terminate, unload, bootout, remove, * stop, force-stop, del, delete, shutdown, clean, default-target, reset, cancel, disable-linger, detach, soft-reboot, switch-root, *-terminate, terminate-seat, off, deactivate':
        STOPS,
      'remove-*, * uninstall': 'removes a service',
    },
    deploy: { deploy: 'deploys' },
    otherwise: 'commit',
  }),
  program({
    names: 'shutdown reboot poweroff halt init telinit rtcwake logoff restart-computer stop-computer gdm-stop',
    source: 'https://man7.org/linux/man-pages/man8/shutdown.8.html',
    irreversible: { '*': 'stops or restarts this machine' },
    dry: '-c, -k, --show, -w',
  }),
  program({
    names: 'crontab',
    source: 'https://man7.org/linux/man-pages/man1/crontab.1.html',
    values: '-u',
    dry: '-l, -T',
    commit: { '-e': 'changes scheduled commands', '*': 'replaces scheduled commands' },
    irreversible: {
      '-r': 'deletes all scheduled commands',
      '-i -r': 'deletes all scheduled commands',
      '- *': 'replaces all scheduled commands',
      '*': 'replaces all scheduled commands',
    },
  }),
  program({
    names: 'at batch atrm',
    source: 'https://man7.org/linux/man-pages/man1/at.1p.html',
    dry: '-l, -c',
    commit: { '*': 'schedules commands' },
    irreversible: { '-d, -r': 'deletes scheduled commands' },
    otherwise: 'commit',
  }),
  program({ names: 'atq', source: 'https://man7.org/linux/man-pages/man1/at.1p.html', read: '*', otherwise: 'read' }),
  program({
    names:
      'useradd usermod groupadd groupmod adduser addgroup chsh chfn chage gpasswd newgrp newusers vipw visudo pw lchage lid dscl sysadminctl net reg regedit sc bcdedit bcdboot setx icacls schtasks powercfg netsh gpupdate dism sfc assoc attrib subst cipher fsutil chkdsk manage-bde repair-bde pnputil auditpol wevtutil vssadmin wbadmin w32tm tzutil uwfmgr defaults scutil systemsetup networksetup pmset spctl csrutil security dseditgroup profiles tmutil diskutil hdiutil bless fdesetup kmutil kextload softwareupdate installer pkgbuild codesign plutil sips qlmanage authconfig realm sssctl',
    source: 'https://man7.org/linux/man-pages/man8/usermod.8.html',
    dry: '-S --status, -l --list, query, list, info, show, read, -list, /query, -g, export, --list, verify, listlocalsnapshots, listbackups, status, -getinfo, --getdnsservers, -listallhardwareports, -listallnetworkservices, find-identity, find-generic-password, dump, print, -p, --test, /list, /?, latestbackup, destinationinfo, attach, imageinfo, enum, get-state, get, user, view, use, --check, -c, /scannow, -v, -d, session, statistics, computer',
    commit: { '*': SETS },
    irreversible: {
      'delete, erase*, reformat, partition*, deleteVolume, eraseDisk, eraseVolume, secureErase, delete-*, delete shadows, remove, detach -force, clear-log, cl, /delete, deleteContainer, apfs deleteContainer, apfs deleteVolume, -delete, delete-keychain, delete-generic-password, delete-certificate, reset, restore, deletelocalsnapshots, thinlocalsnapshots, disable, stop, shutdown, off, mergePartitions, resizeVolume, setevents, user * /delete, share * /delete, stop *, /w|/w:*, detach -force, --clear-catalog':
        'deletes or resets what the machine keeps',
    },
    deploy: { 'passwd, set-keychain-password': 'changes a password' },
    otherwise: 'commit',
  }),
  program({
    names: 'userdel groupdel deluser delgroup',
    source: 'https://man7.org/linux/man-pages/man8/userdel.8.html',
    irreversible: { '*': 'deletes a user or a group' },
  }),
  program({
    names:
      'losetup modprobe insmod rmmod depmod ldconfig alternatives update-alternatives eselect update-grub grub-mkconfig grub-install dracut mkinitcpio update-initramfs kernel-install efibootmgr hwclock ntpdate chronyc setenforce setsebool togglesebool semanage semodule restorecon fixfiles audit2allow aa-enforce aa-complain aa-disable aa-status apparmor_parser auditctl augenrules update-ca-certificates update-ca-trust locale-gen dpkg-reconfigure debconf-set-selections tzselect udevadm fwupdmgr fwupdtool cpupower cpufreq-set tuned-adm tlp renice choom chcpu chmem rfkill brightnessctl light xbacklight amixer pactl pulseaudio alsactl wpctl playerctl bluetoothctl nmcli iw iwconfig iwctl wpa_cli wpa_supplicant ifconfig ifup ifdown route bridge brctl tc ethtool macchanger dhclient dhcpcd openvpn wg wg-quick nordvpn protonvpn mullvad vpnc ipsec strongswan hciconfig xrandr xset xinput setxkbmap xhost xmodmap gsettings dconf gconftool kwriteconfig5 kscreen-doctor hyprctl swaymsg i3-msg bspc dunstctl makoctl a2enmod a2dismod a2ensite a2dissite apachectl apache2ctl nginx caddy haproxy traefik postfix postconf certbot acme.sh mkcert step eject powerprofilesctl asusctl envycontrol ubuntu-drivers prime-select dkms mokutil sbctl needrestart logrotate snapper timeshift etckeeper lpadmin cupsctl cupsenable lpoptions lp lpr mesg wall write',
    source: 'https://man7.org/linux/man-pages/dir_section_8.html',
    dry: '-l, --list, --show, -a, -n, --dry-run, -t, -T, -V, -v --version, --test, -p, -s, --query, get, status, list, show, info, link show, addr show, route show, a, addr, address, link, route, neigh, r, -c, dev, device show, connection show, con show, general, radio, wifi list, device wifi, device status, d, c, dev wifi, monitor, read, settings get, list-keys, list-schemas, list-recursively, range, describe, certificates, validate, configtest, --get-default-sink, inspect, settings list, get-volume, list-sinks, --display, --list-all, --getall, -A, scan, devices, module, query, --is-active, hist, history, get-topology, pstate, frequency-info, idle-info, sources, tracking, --get-ethtool, -i, -k, -S, display, configuration, --state, clients, workspaces, monitors, activewindow, version, metadata, all, sinks, -6 *, netns list, netns, rule, tunnel show, maddr, token, s, linkinfo, reg get, phy, list-updates, get-updates, get-devices, get-history, certificate inspect, ca health, list-configs, list-snapshots, check, config, active, print',
    commit: { '*': SETS },
    irreversible: {
      'delete, del, flush, reset, remove, addr flush, route flush, link delete, route del, addr del, netns delete, connection delete, con delete, fcontext -d, revoke, --delete-all, --restore, --revert, rollback, undochange, --delete, reset-recursively, neigh flush, link set * down, device delete, certificate revoke':
        'deletes settings of the machine',
    },
    otherwise: 'commit',
  }),
  program({
    names:
      'iptables ip6tables iptables-restore ip6tables-restore nft ufw firewall-cmd ipset ebtables arptables pfctl fail2ban-client shorewall csf',
    source: 'https://man7.org/linux/man-pages/man8/iptables.8.html',
    dry: '-L, -S, --list, --list-rules, --list-all, --state, --get-zones, --get-active-zones, --query-*, list, status, show, -n -L, list-all, -C, --check, test, -sr, -sa, --get-default-zone, --list-services, --list-ports, --list-all-zones',
    commit: { '*': 'changes the firewall' },
    irreversible: {
      '-F, --flush, -X, -D, --delete, -Z, -P, flush, delete, destroy, reset, disable, --panic-on, -d, --remove-service, --remove-port, unban --all':
        'deletes rules of the firewall',
    },
    otherwise: 'commit',
  }),
  program({
    names:
      'lvcreate lvextend lvresize lvchange lvconvert lvrename vgcreate vgextend vgchange vgrename vgcfgrestore vgimport vgexport pvcreate pvchange pvresize pvmove mdadm cryptsetup zpool zfs btrfs xfs_growfs xfs_repair xfs_admin stratis bcachefs multipath dmsetup nvme smartctl ddrescue partclone testdisk photorec fsarchiver clonezilla growpart partprobe kpartx flashrom esptool.py esptool fastboot dfu-util avrdude heimdall rkdeveloptool e2image e2undo e2label fatlabel ntfsfix ntfslabel ntfsclone exfatlabel swaplabel tune.exfat btrfstune ceph rbd rados radosgw-admin gluster drbdadm iscsiadm targetcli raidctl arcconf storcli megacli ventoy rpi-imager veracrypt tomb ecryptfs fscrypt quotacheck edquota setquota',
    source: 'https://man7.org/linux/man-pages/man8/lvm.8.html',
    dry: '--test|-t, --detail, --examine, --query, -D, luksDump, status, isLuks, list, get, status, history, iostat, events, subvolume list, subvolume show, filesystem show, filesystem df, filesystem usage, filesystem du, device stats, inspect-internal, scrub status, balance status, property get, qgroup show, ls, info, -i, -a, -A, -H, -c, --scan, smart-log, id-ctrl, error-log, df, health, osd tree, osd df, -s, fs ls, mon stat, pg stat, osd status, diff, chip_id, flash_id, read_mac, devices, getvar, -l, --list, version, open, luksOpen, close, luksClose, mount, unmount, report, image ls, holds, -n, send, -d',
    commit: {
      'create, snapshot, clone, set, add, import, export, attach, online, subvolume create, subvolume snapshot, receive, device add, filesystem resize, scrub, scrub start, property set, mkfs --help, *':
        'changes disks or volumes',
    },
    irreversible: {
      'destroy, delete, remove, detach, offline, labelclear, rollback, luksFormat, luksErase, erase, luksRemoveKey, luksKillSlot, format, --create, --zero-superblock, --remove, --fail, subvolume delete, device delete, device remove, replace, reencrypt, sanitize, write_flash, erase_flash, flash, -w, -r --force, oem unlock, flashing unlock, rm, purge, osd purge, osd destroy, osd pool delete, fs rm, trim, clear-superblock, wipe, balance, balance start, check --repair, rescue, restore, resize, reduce, split, upgrade, pool rm, image rm, snap rollback, snap purge, *-format':
        'deletes or rewrites disks or volumes',
    },
    otherwise: 'irreversible',
  }),
  program({
    names: 'sfill sswap smem sdmem nwipe scrub bleachbit',
    source: 'https://manpages.debian.org/secure-delete/',
    dry: '-L|--list|--list-cleaners, -p|--preview, --help',
    irreversible: { '*': 'overwrites what is there so that nothing can bring it back' },
    otherwise: 'irreversible',
  }),
  program({
    names: 'lvremove vgremove pvremove lvreduce vgreduce vgsplit vgmerge vgmknodes',
    source: 'https://man7.org/linux/man-pages/man8/lvremove.8.html',
    dry: '-t|--test',
    irreversible: { '*': 'deletes or shrinks volumes with what is on them' },
  }),
  program({
    names:
      'lvs vgs pvs lvdisplay vgdisplay pvdisplay lvscan vgscan pvscan lvmdiskscan lvmconfig vgck pvck zdb debugreiserfs dumpe2fs xfs_info btrfs-show-super',
    source: 'https://man7.org/linux/man-pages/man8/lvs.8.html',
    read: '*',
    otherwise: 'read',
  }),
  program({
    names:
      'gpg gpg2 gpgconf gpgsm age rage ssh-agent ssh-copy-id certtool pass gopass passage rbw bw lpass op keepassxc-cli secret-tool keyctl pkcs11-tool tpm2 ykman yubico-piv-tool keychain signify minisign rekor-cli gitsign notation',
    source: 'https://www.gnupg.org/documentation/manuals/gnupg/GPG-Commands.html',
    values: '-u --local-user -r --recipient -o --output -f -t -b -C -N -i --keyserver --homedir -I -n',
    dry: '-l, -k, -K, --list-keys, --list-secret-keys, --list-sigs, --fingerprint, --verify, --show-keys, --check-sigs, --list-packets, --card-status, --version, --export, --list-config, --search-keys, -L, -F, -y, -B, -H, -Q, list, ls, show, get, search, find, grep, item list, item get, vault list, read, whoami, verify, triangulate, tree, status, info, -list, -printcert, generate, otp, totp, dump, audit, --list-dirs, --list-components, lookup, print, rdescribe, describe, inspect, list-keys, --list-options, -v',
    draft:
      '-e, -c, -s, -d, --encrypt, --decrypt, --sign, --clearsign, --clear-sign, --detach-sign, --symmetric, -b, --armor, -a, -es, --dearmor, --enarmor, -t, -k, -s, -C, signin, login, unlock, lock, sync, edit, copy, clip, init, sign, sign-blob, --decrypt --output, decrypt, encrypt, -genkeypair, -importkeystore, -exportcert, import, inject, run, signout, exec-env, exec-file, config, *',
    commit: {
      '--import, --recv-keys, --receive-keys, --gen-key, --generate-key, --full-generate-key, --full-gen-key, --quick-gen-key, --quick-generate-key, --edit-key, --sign-key, --lsign-key, --refresh-keys, --import-ownertrust, --quick-add-*, --change-pin, insert, add, create, item create, item edit, store, set, -importcert, -import, ssh-copy-id, --passwd, --change-passphrase, otp insert, recipients add, piv *, oath *, openpgp *, fido *, updatekeys, cp, mv, -p, -a -t, --kill, --launch, --reload':
        'changes keys or passwords',
    },
    irreversible: {
      '--delete-keys, --delete-key, --delete-secret-keys, --delete-secret-key, --delete-secret-and-public-key, --gen-revoke, --generate-revocation, delete, rm, remove, item delete, -delete, clear, purge, reset, piv reset, oath reset, openpgp reset, fido reset, vault delete, revoke, clean, unlink, invalidate, --factory-reset':
        'deletes keys or passwords',
    },
    deploy: { '--send-keys, --send-key, publish': 'publishes a key', 'rotate, -r': 'rotates secrets' },
    otherwise: 'draft',
    judges: {
      delete: (call) => judged({ class: 'irreversible', reason: `deletes keys or passwords with ${call.name}` }),
    },
  }),
  program({
    names:
      'rclone restic borg duplicity duplicacy kopia rdiff-backup tarsnap bup rsnapshot resticprofile azcopy s3cmd s5cmd mc minio b2 gdown gdrive drive dropbox nextcloudcmd unison syncthing croc magic-wormhole wormhole transfersh ffsend s4cmd aws-shell cadaver curlftpfs sshfs fusermount kioclient gio skicka onedrive megacmd mega-get',
    source: 'https://rclone.org/commands/',
    values: '-P -i -o -F -b -e -c -r --repo --config -u --password -f',
    dry: '* --dry-run|-n|--dryrun|--immediate-dry-run',
    read: 'ls, lsd, lsl, lsf, lsjson, list, cat, size, md5sum, sha1sum, hashsum, check, cryptcheck, tree, ncdu, about, listremotes, config show, config file, version, help, snapshots, stats, diff, find, info, dump, key list, rclone, verify, status, snapshot list, repository status, policy list, policy show, du, stat, head, get-file-info, share list, alias list, admin info, admin user list, event, watch, ping, la, --list-archives, list-increments, compare, log, mount, serve, gui, cmount, obscure, listremotes, rcat --help, get, download, show, url, ls-files, cache, list-buckets, download-file*, fsck, account get, open, trash --list, tree, monitor, mime, collection-status',
    draft:
      'copy, copyto, sync --dry-run, get, receive, recv, restore, extract, config, config create, config reconnect, touch, mkdir, init, mount, umount, export, unlock, repository connect, repository create, alias set, mb, cleanup --help, pull, list --help, cp, save, fetch',
    commit: {
      'send, put, push, upload, share, link, backup, create, moveto, upload-file, snapshot create, mirror, archive, rcat, settier, bisync, policy set, key add, admin *, upload-file, up, trash, migrate, copyurl, set, *':
        'copies data to or from another machine',
    },
    irreversible: {
      'sync, delete, deletefile, purge, rm, rmdir, rmdirs, del, remove, rb, move, cleanup, dedupe, forget, prune, mirror --remove|--overwrite, rebuild-index, key remove, break-lock, compact, recreate, delete-file-version, delete-bucket, snapshot delete, repair, mv, --delete, deleteuntrusted, undo, erase, ilm, admin user remove, maintenance run, nuke, delete-*, rewrite, --force, remove-older-than, remove-increments-older-than, d, --full, trash --empty':
        'deletes copies or files on another machine',
    },
    otherwise: 'commit',
    judges: {},
  }),
  program({
    names: 'robocopy xcopy',
    source: 'https://learn.microsoft.com/windows-server/administration/windows-commands/robocopy',
    draft: '*',
    irreversible: {
      '/MIR, * /MIR, * * /MIR, * * * /MIR, /PURGE, * * /PURGE, * * * /PURGE, /MOVE, * * /MOVE':
        'deletes at the target what the source doesn’t have',
    },
    judges: {},
    otherwise: 'draft',
  }),
  program({
    names: 'trash-empty',
    source: 'https://github.com/andreafrancia/trash-cli',
    irreversible: { '*': 'empties the trash' },
  }),
  program({
    names:
      'clear-recyclebin clear-content clear-disk format-volume remove-itemproperty remove-appxpackage clear-history clear-eventlog initialize-disk remove-partition remove-vm remove-aduser unregister-scheduledtask remove-localuser',
    source: 'https://learn.microsoft.com/powershell/module/',
    irreversible: { '*': 'deletes what can’t be brought back' },
    dry: '-WhatIf',
  }),
  program({
    names:
      'set-content out-file add-content new-item copy-item move-item rename-item invoke-webrequest invoke-restmethod iwr irm expand-archive compress-archive export-csv import-module set-variable start-sleep',
    source: 'https://learn.microsoft.com/powershell/module/',
    draft: '*',
    otherwise: 'draft',
  }),
  program({
    names:
      'mail mailx mutt neomutt sendmail msmtp swaks s-nail ssmtp exim nail himalaya twurl tweet toot slackcat ntfy pushover telegram-cli signal-cli matrix-commander discord.sh gammu wacli kdeconnect-cli  ',
    source: 'https://man7.org/linux/man-pages/man1/mailx.1p.html',
    deploy: { '*': 'sends a message' },
    dry: '-e, -H, -f, -bp, -bv, -bV, * list|show|search|context|get|info, receive, list, read, search, show, listen, timeline, thread, auth, login, doctor, status, --list-devices',
    otherwise: 'deploy',
  }),
  program({
    names:
      'bitcoin-cli geth cast forge ethers solana spl-token near sui octez-client lncli lightning-cli xmr-wallet monero-wallet-cli eosio cleos anchor hardhat truffle brownie ape starkli aptos flow dfx',
    source: 'https://docs.soliditylang.org/',
    read: 'get*, balance, block, tx, receipt, call, wallet list, account, address, validators, supply, epoch, cluster-version, config get, version, estimate, list*, decode*, help, *-info, info, show, view, state, client, console, abi*, chain*, age, gas-price, nonce, code, storage, to-*, from-*, sig, 4byte*, keccak, account-info, ping, logs, describe, inspect, tree, doc, config, remappings',
    draft:
      'build, test, compile, init, new, fmt, clean, coverage, snapshot, install, update, remove, create --help, attach, node, run, flatten, bind, debug, lint, keys list, doc, start, stop, localnet, airdrop, config set, script --help, verify --help, selectors, geiger, cache',
    deploy: {
      'send*, transfer*, publish, deploy, deploy*, create, script --broadcast, pay*, withdraw*, stake*, delegate*, sign*, mint, burn, migrate, verify*, wallet import, move publish, client publish, client call, client transfer, sendpayment, payinvoice, openchannel, closechannel, call --send, program deploy, rotate*, close*, approve, revoke':
        'sends money or publishes a contract',
    },
    otherwise: 'commit',
  }),
  program({
    names:
      'pg_dump pg_dumpall pg_isready pg_controldata pg_waldump pg_verifybackup pg_amcheck mysqldump mariadb-dump mongodump mongoexport mongostat mongotop mysqlshow mysqlbinlog innochecksum redis-benchmark sqldiff pgcli mycli litecli iredis kafkacat kcat kafka-console-consumer kafka-consumer-perf-test mosquitto_sub amqp-consume',
    source: 'https://www.postgresql.org/docs/current/app-pgdump.html',
    read: '*',
    otherwise: 'read',
  }),
  program({
    names: 'dropdb dropuser pg_resetwal',
    source: 'https://www.postgresql.org/docs/current/app-dropdb.html',
    irreversible: { '*': 'drops a database or its user, or forgets what it hasn’t written yet' },
  }),
  program({
    names:
      'createdb createuser pg_ctl pg_ctlcluster pg_createcluster pg_basebackup pg_upgrade pg_rewind pg_checksums pg_combinebackup pg_receivewal pg_archivecleanup vacuumdb reindexdb clusterdb initdb postgres mysqld mysqladmin mysqlimport mysql_upgrade mysql_secure_installation mysqlcheck mysqlslap mysqlsh mysqlpump mongorestore mongoimport mongofiles mongod mongos redis-server valkey-server influx influxd etcdctl etcdutl zkCli.sh kafka-topics kafka-topics.sh kafka-configs kafka-acls kafka-consumer-groups kafka-console-producer rpk nats rabbitmqctl rabbitmqadmin rabbitmq-plugins rabbitmq-queues rabbitmq-diagnostics mosquitto_pub mosquitto_passwd elasticsearch-node elasticsearch-keystore curator neo4j-admin arangosh couchdb cbq cbbackup nodetool sstabletool solr memcached-tool pgbench pgloader hdfs hadoop spark-submit flink druid steampipe tsh',
    source: 'https://www.postgresql.org/docs/current/reference-client.html',
    values:
      '-h --host -p --port -U -u --username --user -d --dbname --endpoints --bootstrap-server -n --vhost -t --topic',
    remote: true,
    dry: '* --dry-run, --status, status, get, list, ls, member list, endpoint status, endpoint health, --list, --describe, cluster_status, list_*, report, ping, version, extended-status, processlist, variables, topic list, topic describe, topic consume, cluster info, group list, group describe, stream ls, stream info, kv get, sub, info, tablestats, tpstats, ring, describecluster, cfstats, netstats, compactionstats, -ls, -cat, -du, -df, dfs -ls, dfs -cat, fs -ls, fs -cat, --help, environment, show, check, list queues, node_health_check, watch, fsck, snapshot status, alarm list, auth status, dfsadmin -report, -count, -stat, -tail, bucket list',
    commit: { '*': 'writes to a database or its settings' },
    irreversible: {
      'drop, shutdown, del, rm, delete, --delete, --drop, kv del, kv rm, stream rm, stream purge, topic delete, delete_*, reset, force_reset, purge_queue, forget_cluster_node, stop_app, stop, delete queue, delete exchange, purge, member remove, compact, defrag, decommission, removenode, clearsnapshot, drain, assassinate, flush-*, kill, dfs -rm, fs -rm, -rm, -rmr, -expunge, -skipTrash, namenode -format, dfsadmin -safemode, --reset-offsets, rmr, deleteall, pg_resetwal, -D -f, disable_*, remove, unsafe-bootstrap, trim-prefix, delete-records, snapshot restore, refresh, truncate, bucket delete, role delete, user delete, dfs -mv, restore --full, * --overwrite-destination|--force-overwrite':
        'deletes what is in a database',
    },
    deploy: {
      'publish, pub, change_password, password, set_permissions, user passwd, auth enable':
        'sends messages or changes access',
    },
    otherwise: 'commit',
  }),
  program({
    names: 'act gitlab-runner gitlab-ci-local',
    source: 'https://nektosact.com/',
    draft: '*',
    otherwise: 'draft',
  }),
  program({
    names:
      'llama-server llama-cli lms vllm litellm llm aider claude codex gemini copilot opencode qwen goose cline amp crush openclaw zeroclaw openai anthropic sgpt chatgpt mods fabric tgpt aichat gptme interpreter q cursor-agent kiro',
    source: 'https://docs.ollama.com/cli',
    read: 'list, ls, ps, show, help, models, --version, version, logs, stats, status, mcp list, auth list, keys list, sessions, doctor, config list, templates list, plugins',
    draft: 'serve, pull, run --help, stop, create, login, logout, config',
    commit: { 'run, *': 'starts an agent or calls a model' },
    irreversible: {
      'rm, delete': 'deletes a model',
      '--dangerously-skip-permissions, --yolo, --dangerously-bypass-approvals-and-sandbox, --full-auto, -y, --yes-always, --allow-all-tools':
        'starts an agent that asks nobody',
      '--settings, --setting-sources, --bare, --disable':
        'starts an agent with settings that are typed, which may leave out the hooks that ask',
    },
    otherwise: 'commit',
  }),
  program({
    names:
      'nc ncat netcat socat telnet tftp rlogin rsh pssh pdsh clusterssh cssh chisel frpc frps sshuttle sshpass psexec.py wmiexec.py smbexec.py evil-winrm msfconsole hydra john hashcat sqlmap nikto aircrack-ng aireplay-ng hping3 mitmproxy mitmdump bettercap ettercap responder.py tcpreplay',
    source: 'https://nmap.org/ncat/guide/index.html',
    dry: '-z, --script-help, --list, -l --list',
    commit: { '*': 'sends data to another machine' },
    irreversible: { '-e, -c, --exec, --sh-exec': 'gives another machine a shell on this one' },
    otherwise: 'commit',
  }),
  program({
    names: 'pg_restore',
    source: 'https://www.postgresql.org/docs/current/app-pgrestore.html',
    values: '-d --dbname -h -p -U -f -F -j -n -t -L',
    dry: '-l|--list, -f|--file',
    commit: { '*': 'writes a backup into a database' },
    irreversible: { '-c|--clean': 'drops what is in a database before it restores' },
  }),
];
