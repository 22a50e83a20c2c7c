#!/bin/sh
# What Debian's maintainer scripts would have done, and what nobody reads in a container taken away. $1 is the root folder.
set -eu
cd "$1"

for name in $(chroot . /bin/busybox --list); do
  [ -e "bin/$name" ] || [ -e "usr/bin/$name" ] || ln -s busybox "bin/$name"
done
cat usr/share/ca-certificates/mozilla/*.crt >etc/ssl/certs/ca-certificates.crt
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\nstoker:x:2003:2003:stoker:/tmp:/bin/sh\n' >etc/passwd
printf 'root:x:0:\nnogroup:x:65534:\nstoker:x:2003:\n' >etc/group
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >etc/nsswitch.conf
chmod 644 etc/passwd etc/group etc/nsswitch.conf etc/ssl/certs/ca-certificates.crt
mkdir -p tmp app
chmod 1777 tmp

rm -rf usr/share/doc usr/share/man usr/share/locale usr/share/info usr/share/lintian usr/share/bash-completion \
  usr/share/perl* usr/share/gitweb usr/lib/*/perl* usr/lib/*/libperl* usr/bin/perl* usr/bin/openssl usr/bin/c_rehash \
  usr/bin/debconf* usr/bin/dpkg* usr/bin/scalar usr/lib/git-core/scalar usr/lib/git-core/git-imap-send \
  var/lib/apt var/lib/dpkg var/cache etc/hostname etc/resolv.conf
find . -xdev -type f -perm /6000 -delete
mkdir -p var/cache
