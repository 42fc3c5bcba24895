/** Programs that only look: at files, at text, at the system, at the network. */
import { type Program, program } from './rule.ts';

/** Any use of these reads. */
function reads(source: string, names: string): Program {
  return program({ names, source, read: '*', otherwise: 'read' });
}

export const READING: readonly Program[] = [
  reads(
    'https://www.gnu.org/software/coreutils/manual/html_node/index.html',
    'ls dir vdir nl od wc sum cksum md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum uniq comm ptx tsort cut paste join expand unexpand fold fmt pr numfmt seq factor expr test [ [[ true false yes sleep du df stat whoami id groups logname users who uptime uname hostid arch nproc tty printenv pathchk sync dircolors basenc shuf base32 tac pinky : exit return break continue wait jobs fg bg disown times umask ulimit type hash let logout usleep hostname',
  ),
  reads(
    'https://www.gnu.org/software/bash/manual/html_node/Bash-Builtins.html',
    'shopt bind complete compgen compopt caller enable help fc dirs history suspend let abbr setopt zstyle autoload emulate unhash vared where whence print bindkey functions builtin noglob rehash compinit zmodload fish_config string math',
  ),
  reads(
    'https://www.gnu.org/software/grep/manual/grep.html',
    'grep egrep fgrep rgrep zgrep zegrep bzgrep xzgrep zstdgrep pgrep pcregrep pcre2grep ggrep',
  ),
  reads(
    'https://github.com/BurntSushi/ripgrep/blob/master/GUIDE.md',
    'rg rga ag ack ugrep ug pt sift vgrep ast-grep pdfgrep semgrep',
  ),
  reads(
    'https://man7.org/linux/man-pages/man1/less.1.html',
    'less more most lessecho zless bzless xzless zstdless zcat bzcat xzcat zstdcat lz4cat zmore zdiff zcmp bat batcat ccat glow mdcat lolcat hexyl tspin lnav moar mcat see pygmentize highlight',
  ),
  reads(
    'https://www.gnu.org/software/diffutils/manual/html_node/index.html',
    'diff cmp diff3 sdiff colordiff difft delta wdiff icdiff dwdiff vimdiff diffstat dyff jd json-diff pkgdiff lsdiff interdiff combinediff',
  ),
  reads(
    'https://jqlang.org/manual/',
    'jq gojq jaq fx gron jless jello jtbl jc htmlq pup xq hq xidel xmllint yamllint jsonlint dasel mlr csvlook csvgrep csvcut csvstat csvsql csvsort csvjson csvjoin csvformat csvclean xsv qsv tsv-filter choose trdsql textql tabula parquet-tools jmespath jp zq prqlc semver column colrm',
  ),
  reads(
    'https://man7.org/linux/man-pages/dir_section_1.html',
    'file look strings rev hexdump hd xxd cal ncal calendar locate plocate mlocate updatedb whereis whatis apropos man info tldr cheat getopt getconf locale lsof ps top htop btop atop pstree pidof pmap pwdx psgrep vmstat iostat mpstat free slabtop tload w last lastb lastlog lsblk lscpu lsmem lspci lsusb lsmod lsscsi lsns lsipc lslocks lslogins lsfd blkid findmnt namei mountpoint getent ipcs ldd nm objdump readelf size addr2line c++filt which iconv enca uchardet chardet tree exa eza lsd fselect stat64 mimetype',
  ),
  reads(
    'https://github.com/sharkdp/fd',
    'fd fdfind dua gdu pv progress gum kitty alacritty wezterm fdupes hledger ledger fzf sk peco dust duf dysk scc tokei cloc sloccount onefetch procs glances bottom btm zenith bpytop bashtop bandwhich nload iftop nethogs bmon dstat collectl nmon sar sysstat pidstat iotop powertop turbostat tegrastats nvidia-smi nvtop rocm-smi radeontop intel_gpu_top sensors acpi inxi neofetch fastfetch screenfetch pfetch archey macchina hardinfo lshw hwinfo dmidecode cpuid x86info uptime tuptime nproc',
  ),
  reads(
    'https://man7.org/linux/man-pages/man8/ping.8.html',
    'ping ping6 fping gping tracepath traceroute traceroute6 mtr trippy arp arping dig drill kdig host nslookup whois rdap netstat nstat ifstat ipcalc sipcalc iperf iperf3 speedtest speedtest-cli fast nmap masscan rustscan tcpdump tshark ngrep dumpcap termshark wireshark nethogs vnstat whatweb wafw00f httpx httpstat ab wrk hey bombardier oha sslscan testssl dnsx subfinder ipinfo doggo dog q dnstracer nbtscan arp-scan netdiscover geoiplookup mmdblookup wait4x wait-for-it finger',
  ),
  reads(
    'https://www.gnupg.org/documentation/manuals/gnupg/gpgv.html',
    'gpgv sigcheck ssh-keyscan certinfo rpmquery dpkg-query apt-cache apt-file pacinfo expac pkgfile checkupdates pactree namcap debsecan deborphan popcon equery repoquery zipinfo lsar lsinitramfs lsattr getfacl getfattr getcap mediainfo ffprobe identify mkvinfo soxi pdfinfo pdffonts  ',
  ),
  reads(
    'https://code.visualstudio.com/docs/configure/command-line',
    'subl atom mate zed idea pycharm webstorm goland clion phpstorm rubymine open xdg-open explorer gedit kate kwrite kate pluma xed mousepad geany notepad notepad++ nautilus dolphin thunar firefox chromium google-chrome chrome brave safari opera qutebrowser w3m lynx links elinks evince okular zathura feh sxiv imv nsxiv eog gwenview vlc mpv mplayer ffplay cmus mocp audacious rhythmbox clementine display animate timg chafa viu catimg jp2a img2txt img2sixel',
  ),
  reads(
    'https://www.vim.org/docs.php',
    'stern k9s tig lazygit gitui gitk ranger lf nnn mc vifm yazi broot visidata vd dvtm abduco',
  ),
  reads(
    'https://pypi.org/',
    'cowsay figlet toilet banner boxes fortune sl cmatrix asciiquarium pipes.sh lorem pwgen pwqgen xkcdpass uuidgen uuid mcookie ascii units bc dc calc qalc eva numbat speedcrunch kalk cal dateutils ddate kjv espeak say spd-say notify-send terminal-notifier osd_cat tput clear reset stty setterm resize reset tabs errno xclip xsel wl-copy wl-paste pbcopy pbpaste clip xprop xwininfo xev xlsclients xdpyinfo glxinfo vulkaninfo vainfo ',
  ),
  reads(
    'https://learn.microsoft.com/windows-server/administration/windows-commands/windows-commands',
    'dir type findstr where ver vol systeminfo tasklist driverquery whoami query getmac tracert pathping nslookup fc comp more tree chcp title cls prompt',
  ),
  reads(
    'https://learn.microsoft.com/powershell/module/',
    'get-childitem get-content get-item get-location get-process get-service get-help get-command get-member get-alias get-date get-acl get-variable get-history select-string select-object where-object sort-object group-object measure-object foreach-object format-table format-list format-wide out-string out-host out-gridview test-path test-connection resolve-path split-path join-path compare-object convertfrom-json convertto-json convertto-html write-output write-host gci gc gi ps gsv measure',
  ),
  reads(
    'https://docs.openssl.org/master/man1/',
    'age-inspect rage-inspect keyscan base58 sha3sum shasum md5 md5deep hashdeep rhash b3sum xxhsum argon2 hashid',
  ),
  reads(
    'https://www.kernel.org/doc/html/latest/',
    ' bpftrace opensnoop execsnoop biolatency dtruss fs_usage vm_stat sw_vers system_profiler mdls mdfind otool ioreg nettop powermetrics airport ',
  ),
  reads(
    'https://manpages.debian.org/',
    '3d-ascii-viewer ascii-image-converter astroterm dfc biff moon-buggy gnuchess pokeget neo pi rolldice xcowsay pycowsay kosmorro peludna-prognoza obsidian presenterm mcfly grex exrex goaccess lpstat lpq rpcinfo nfsstat i2cdetect i2cdump hddtemp smem mbw i7z ifdata ifstatus isosize lsdev lddd manpath ioping jxlinfo mp3info oledump olevba binwalk sdcv trans perldoc godoc idevicediagnostics jhat leaks afinfo systemd-detect-virt systemd-escape systemd-id128 systemd-ac-power systemd-cgtop spectre-meltdown-checker virt-xml-validate sestatus sesearch ausearch aureport tlp-stat upower utmpdump sacct sprio showkey wev slop hyprpicker grabc colorpicker pacgraph paclog pacfile urpmf dijkstra clamscan clamdscan rkhunter chkrootkit lynis loadkeys rtmon pw-dump pw-profiler spa-inspect spa-json-dump speedometer cava nextclade ntpq ntpctl snmpwalk snmpget snmpbulkget snmptable ldapsearch esearch efetch einfo xteddy screenkey mumble dillo inkview virt-manager virt-viewer footclient urxvt xterm gnome-terminal konsole lxterminal kmscon fc-list fc-match fc-scan vmtouch prowler gita boot sslyze amass subfinder whatportis eol exiqgrep audtool mpc aplay arecord mpg321 polybar-msg gst-play-1.0',
  ),
];
