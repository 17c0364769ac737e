#!/usr/bin/env bash
# System packages: LibreOffice without GUI (doc, wps, rtf, odt) and libarchive (7z, tar). Through apt where allowed; else one
# clear line saying what will not be read.
set -u
missing=()
command -v soffice >/dev/null 2>&1 || missing+=(libreoffice-writer-nogui libreoffice-calc-nogui)
ldconfig -p 2>/dev/null | grep -q 'libarchive\.so' || missing+=(libarchive13)
[ ${#missing[@]} -eq 0 ] && exit 0
if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
  run() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
  echo "安装系统组件 / installing system packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  run apt-get update -qq >/dev/null 2>&1
  run apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 && exit 0
fi
echo "注意：未能安装 ${missing[*]}。没有LibreOffice时，少数特殊的doc、wps不能读取；没有libarchive时，7z、tar不能打开。"
echo "Note: could not install ${missing[*]}. Without LibreOffice some unusual doc and wps files cannot be read; without libarchive 7z and tar stay closed."
exit 0
