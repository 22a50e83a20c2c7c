#!/bin/sh
# What Debian's maintainer scripts would have done, and what nobody reads in a container taken away. $1 is the root folder.
set -eu
cd "$1"

if [ -e bin/busybox ]; then
  for name in $(chroot . /bin/busybox --list); do
    [ -e "bin/$name" ] || [ -e "usr/bin/$name" ] || ln -s busybox "bin/$name"
  done
fi
cat usr/share/ca-certificates/mozilla/*.crt >etc/ssl/certs/ca-certificates.crt
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\nstoker:x:2003:2003:stoker:/tmp:/bin/sh\n' >etc/passwd
printf 'root:x:0:\nnogroup:x:65534:\nstoker:x:2003:\n' >etc/group
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >etc/nsswitch.conf
chmod 644 etc/passwd etc/group etc/nsswitch.conf etc/ssl/certs/ca-certificates.crt
mkdir -p tmp app
chmod 1777 tmp

# Whoever passes on a package passes on its license.
find usr/share/doc -type f ! -name copyright -delete
find usr/share/doc -type d -empty -delete
rm -rf usr/share/man usr/share/locale usr/share/info usr/share/lintian usr/share/bash-completion \
  usr/share/perl* usr/share/gitweb usr/lib/*/perl* usr/lib/*/libperl* usr/bin/perl* usr/bin/openssl usr/bin/c_rehash \
  usr/bin/debconf* usr/bin/dpkg* usr/bin/scalar usr/lib/git-core/scalar usr/lib/git-core/git-imap-send \
  var/lib/apt var/lib/dpkg etc/hostname etc/resolv.conf
find . -xdev -type f -perm /6000 -delete

# Scanners know from here, as from any image without dpkg, which packages files are still there of.
mkdir -p var/lib/dpkg/status.d
for archive in var/cache/apt/archives/*.deb; do
  name="$(dpkg-deb --field "$archive" Package)"
  dpkg-deb --fsys-tarfile "$archive" | tar --list | while read -r path; do
    if [ -f "$path" ] && [ ! -L "$path" ]; then echo "$path"; fi
  done >"var/lib/dpkg/files"
  if [ -s var/lib/dpkg/files ]; then dpkg-deb --field "$archive" >"var/lib/dpkg/status.d/$name"; fi
done
rm var/lib/dpkg/files
chmod 755 var/lib/dpkg var/lib/dpkg/status.d
chmod 644 var/lib/dpkg/status.d/*
rm -rf var/cache
mkdir -p var/cache
