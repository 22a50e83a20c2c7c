module stoker.io/bench/peers/sync

go 1.24
