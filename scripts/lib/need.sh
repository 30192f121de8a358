# Shared by the scripts: what they need, and how to get it. Sourced, from the repository's root.

# need COMMAND HINT: ends with the hint when the command is missing.
need() {
  command -v "$1" >/dev/null 2>&1 || { echo "missing: $1 ($2)" >&2; exit 1; }
}

# Installs the web packages exactly as the lock file says, unless they are there already.
npm_install() {
  local stamp=assets/node_modules/.package-lock.json
  if [[ ! -e $stamp || assets/package-lock.json -nt $stamp ]]; then
    npm --prefix assets ci --no-audit --no-fund --loglevel=error
    touch "$stamp"
  fi
}

# Installs a Debian package when its command is missing and we may.
apt_install() {
  local command=$1 package=$2
  command -v "$command" >/dev/null 2>&1 && return
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null 2>&1; then
    echo "installing $package ..." >&2
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
  else
    echo "missing: $command (install the package $package)" >&2
    exit 1
  fi
}
