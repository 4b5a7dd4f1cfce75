#include "base/trust.h"

#include <linux/magic.h>
#include <stdint.h>
#include <sys/vfs.h>

#include "base/util.h"

/* Those that <linux/magic.h> does not have; each is named after its file in Linux. */
enum {
	CONFIGFS_MAGIC = 0x62656570,   /* fs/configfs/mount.c */
	FUSECTL_MAGIC = 0x65735543,    /* fs/fuse/control.c */
	MQUEUE_MAGIC = 0x19800202,     /* ipc/mqueue.c */
	NFSD_MAGIC = 0x6e667364,       /* fs/nfsd/nfsctl.c */
	RPC_PIPEFS_MAGIC = 0x67596969, /* net/sunrpc/rpc_pipe.c */
};

static const uint32_t pseudo[] = {
	PROC_SUPER_MAGIC,     SYSFS_MAGIC,         DEBUGFS_MAGIC,        TRACEFS_MAGIC,
	CGROUP_SUPER_MAGIC,   CGROUP2_SUPER_MAGIC, DEVPTS_SUPER_MAGIC,   SECURITYFS_MAGIC,
	SELINUX_MAGIC,        SMACK_MAGIC,         AAFS_MAGIC,           PSTOREFS_MAGIC,
	EFIVARFS_MAGIC,       XENFS_SUPER_MAGIC,   OPENPROM_SUPER_MAGIC, BPF_FS_MAGIC,
	BINFMTFS_MAGIC,       NSFS_MAGIC,          RDTGROUP_SUPER_MAGIC, USBDEVICE_SUPER_MAGIC,
	BINDERFS_SUPER_MAGIC, PIPEFS_MAGIC,        SOCKFS_MAGIC,         ANON_INODE_FS_MAGIC,
	CONFIGFS_MAGIC,       FUSECTL_MAGIC,       MQUEUE_MAGIC,         NFSD_MAGIC,
	RPC_PIPEFS_MAGIC,
};

bool pcs_is_pseudo_fs(int fd)
{
	struct statfs fs;
	if (fstatfs(fd, &fs) < 0)
		return true;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(pseudo); i++)
		if ((uint32_t)fs.f_type == pseudo[i])
			return true;
	return false;
}

bool pcs_may_read_by_link(uid_t link_owner, uid_t source_owner)
{
	return source_owner == link_owner || source_owner == 0;
}

bool pcs_may_write_by_link(uid_t dir_owner, uid_t link_owner, uid_t target_owner)
{
	return target_owner == dir_owner && (link_owner == dir_owner || link_owner == 0);
}

bool pcs_may_enter_by_link(uid_t dir_owner, uid_t link_owner, uid_t target_owner)
{
	return link_owner == 0 ||
	       (link_owner == target_owner && (dir_owner == link_owner || dir_owner == 0));
}
